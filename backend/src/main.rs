//! The one program: parses its arguments and hands over to the command line.

use std::process::ExitCode;

/// Requests are freed on other threads than those that made them. The system's allocator takes a fifth of the
/// processor for that, this one a third of it, and SQLite inside the program uses it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Some kernels give huge pages unasked, of which each thread would hold one for a few kilobytes: 10 MiB more at rest.
    // The allocator itself is built not to ask for them. A kernel that does not know the wish leaves everything as it was.
    let _wish = rustix::thread::disable_transparent_huge_pages(true);
    danqing::cli::main()
}
