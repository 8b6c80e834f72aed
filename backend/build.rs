//! Builds again when the page was built again: it is compiled into the binary.

fn main() {
    println!("cargo::rerun-if-changed=../frontend/dist");
    println!("cargo::rerun-if-changed=src/database/migrations");
}
