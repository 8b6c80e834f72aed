//! The files that people wrote.

use std::path::{Path, PathBuf};

/// Folders with code.
const FOLDERS: [&str; 6] = ["backend", "bench", "crates", "frontend", "scripts", "shared"];
/// Folders that tools fill.
const MADE_BY_TOOLS: [&str; 4] = ["node_modules", "target", "dist", "client"];

/// A source file.
pub struct Source {
    /// Its path from the root of the repository, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl Source {
    /// The text without tests. They come last in a file; whole files of tests have nothing else.
    pub fn product(&self) -> &str {
        let is_test = ["/tests/", "/tests.rs", "/benches/", "/examples/", "/testing"].iter().any(|part| self.path.contains(part));
        if is_test { "" } else { self.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default() }
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All files with one of these endings.
pub fn with_ending(endings: &[&str]) -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !MADE_BY_TOOLS.contains(&name.as_str()) && !name.starts_with('.') {
                folders.push(path);
            } else if path.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push(Source { path: path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(), text });
            }
        }
    }
    assert!(found.len() > 10, "the sources were not found in {}", root.display());
    found
}

/// The Rust files of a folder, or one file.
pub fn rust_in(prefix: &str) -> Vec<Source> {
    let mut found = with_ending(&[".rs"]);
    found.retain(|source| source.path.starts_with(prefix));
    found
}
