//! Files that say one thing, functions that fit on a screen.

use super::sources::with_ending;

/// A file that is longer says more than one thing.
const FILE_LINES: usize = 500;
/// A function fits on a screen.
const FUNCTION_LINES: usize = 70;

#[test]
fn no_file_is_longer_than_five_hundred_lines() {
    let mut long = Vec::new();
    for source in with_ending(&[".rs", ".ts", ".tsx", ".mjs", ".js", ".css", ".sh", ".py", ".lua"]) {
        let lines = source.text.lines().count();
        if lines > FILE_LINES {
            long.push(format!("{}: {lines} lines", source.path));
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn no_function_is_longer_than_seventy_lines() {
    let mut long = Vec::new();
    for source in with_ending(&[".rs", ".ts", ".tsx", ".mjs"]) {
        for function in functions(&source.text).into_iter().filter(|function| function.lines > FUNCTION_LINES) {
            long.push(format!("{}:{}: {} lines", source.path, function.at, function.lines));
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

struct Function {
    at: usize,
    lines: usize,
}

/// Every function that takes more than a line. The formatters put its closing brace below its first letter.
fn functions(text: &str) -> Vec<Function> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| begins_function(line));
    let sized = starts.filter_map(|(start, line)| {
        let indent = &line[..line.len() - line.trim_start().len()];
        let closes = |line: &&str| line.strip_prefix(indent).is_some_and(|rest| rest.starts_with('}'));
        let after = lines[start + 1..].iter().position(closes)?;
        Some(Function { at: start + 1, lines: after + 2 })
    });
    sized.collect()
}

fn begins_function(line: &str) -> bool {
    let line = line.trim_start();
    let without = ["export ", "default ", "pub(crate) ", "pub(super) ", "pub ", "const ", "async ", "unsafe ", "extern \"C\" "];
    let mut rest = line;
    while let Some(shorter) = without.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter;
    }
    if line.ends_with(';') || line.ends_with('}') || line.starts_with("//") || line.starts_with('*') {
        return false;
    }
    let arrow = line.ends_with("=> {") && (line.starts_with("const ") || line.starts_with("export const "));
    rest.starts_with("fn ") || rest.starts_with("function ") || arrow
}

#[test]
fn functions_of_both_languages_are_measured_from_head_to_brace() {
    let measured = |text: &str| functions(text).iter().map(|function| (function.at, function.lines)).collect::<Vec<_>>();
    assert_eq!(measured("impl A {\n    pub async fn a(\n        b: u8,\n    ) -> u8 {\n        b\n    }\n}\n"), [(2, 5)]);
    assert_eq!(measured("export function Page() {\n  const x = { a: 1 };\n  return x;\n}\n\nfn one() {}\n"), [(1, 4)]);
    assert_eq!(measured("export const useIt = (a: number) => {\n  return a;\n};\n"), [(1, 3)]);
}
