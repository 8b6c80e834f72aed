//! Where settings come from: the process environment and a `.env` file. Both are handed in, so that a test says
//! exactly what is set; nothing here changes the environment of the process.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::problem::{Complaint, Problem, Warning};
use super::text::Text;

/// What [`super::Config::load`] reads.
#[derive(Clone, Default)]
pub struct Sources {
    /// Environment variables; they win over the file.
    pub environment: BTreeMap<String, String>,
    /// The settings file; it may be absent.
    pub dotenv: Option<PathBuf>,
}

impl Sources {
    /// The environment of this process and `.env` in its working directory. Bytes that are not UTF-8 become
    /// replacement characters, which no setting accepts silently where it matters.
    #[must_use]
    pub fn of_process() -> Self {
        let environment =
            std::env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())).collect();
        Self { environment, dotenv: Some(PathBuf::from(".env")) }
    }
}

/// The content of a settings file.
#[derive(Default)]
pub(super) struct FileLayer {
    pub values: BTreeMap<String, String>,
    pub problems: Vec<Problem>,
    pub warnings: Vec<Warning>,
}

/// Reads the file, or nothing when there is none. The last of two lines for one name counts, as in a shell.
pub(super) fn read_file(path: &Path) -> FileLayer {
    let mut layer = FileLayer::default();
    let content = match std::fs::read_to_string(path) {
        Ok(content) => content,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return layer,
        Err(error) => {
            layer.problems.push(unreadable(path, &error));
            return layer;
        }
    };
    // The parser takes a byte order mark for part of the first name, and trailing blanks without a line end for
    // an unfinished line.
    let content = format!("{}\n", content.trim_start_matches('\u{feff}'));
    let mut before: Option<String> = None;
    for entry in dotenvy::from_read_iter(content.as_bytes()) {
        match entry {
            Ok((name, value)) => {
                if layer.values.insert(name.clone(), value).is_some() {
                    layer.warnings.push(twice(path, name.clone()));
                }
                before = Some(name);
            }
            // The error is dropped on purpose: all it holds is the text, which may be a password.
            Err(_) => layer.problems.push(malformed(path, before.as_deref())),
        }
    }
    layer
}

fn twice(path: &Path, name: String) -> Warning {
    let file = path.display();
    let message = Text::new(
        format!("{name} stands in {file} more than once; the last line counts."),
        format!("{name} 在 {file} 中出现了多次，以最后一行为准。"),
    );
    Warning { variables: vec![name], message }
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let complaint = Complaint {
        reason: Text::new(format!("the file cannot be read ({error})"), format!("无法读取该文件（{error}）")),
        instead: Text::new("Check that it is a text file this user may read", "请确认它是当前用户可读的文本文件"),
    };
    Problem { variable: path.display().to_string(), value: None, complaint }
}

/// Names the line by the setting before it, because the line itself may hold a password.
fn malformed(path: &Path, before: Option<&str>) -> Problem {
    let reason = match before {
        Some(name) => Text::new(format!("the line after {name} cannot be understood"), format!("{name} 之后的一行无法解析")),
        None => Text::new("the first setting cannot be understood", "第一项设置无法解析"),
    };
    let complaint = Complaint {
        reason,
        instead: Text::new(
            "Write NAME=value, with single quotes around a value that has spaces, quotes, $ or #",
            "请写成 NAME=value；值中含空格、引号、$ 或 # 时，用单引号括起来",
        ),
    };
    Problem { variable: path.display().to_string(), value: None, complaint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> FileLayer {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, content).unwrap();
        read_file(&path)
    }

    #[test]
    fn quotes_comments_windows_line_ends_and_a_byte_order_mark_are_understood() {
        let layer = read("\u{feff}PORT=3001\r\n# note\r\nexport APP_NAME=\"My Studio\" # name\nSMTP_PASS='a$b#c'\nLAST=1  ");
        assert!(layer.problems.is_empty());
        let expected = [("APP_NAME", "My Studio"), ("LAST", "1"), ("PORT", "3001"), ("SMTP_PASS", "a$b#c")];
        assert!(layer.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected), "{:?}", layer.values);
    }

    #[test]
    fn a_malformed_line_is_found_but_not_repeated() {
        let problems = read("hunter2\nPORT=3001\n# note\nSMTP_PASS=hunter2 hunter3\nHOST=::\n").problems;
        let reasons: Vec<_> = problems.iter().map(|problem| problem.complaint.reason.en.as_str()).collect();
        assert_eq!(reasons, ["the first setting cannot be understood", "the line after PORT cannot be understood"]);
        assert!(!format!("{problems:?}").contains("hunter"));
    }

    #[test]
    fn the_last_of_two_lines_counts_and_is_mentioned() {
        let layer = read("PORT=1\nPORT=2\n");
        assert_eq!(layer.values["PORT"], "2");
        assert_eq!(layer.warnings[0].variables, ["PORT"]);
    }

    #[test]
    fn no_file_is_no_problem_but_an_unreadable_one_is() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read_file(&folder.path().join(".env")).problems.is_empty());
        assert_eq!(read_file(folder.path()).problems.len(), 1);
    }
}
