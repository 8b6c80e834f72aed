//! A setting that lies in a file: `NAME_FILE` says where. Container engines and systemd hand secrets over like this, so that
//! they stand in no environment, which every child process and many a tool can see.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::problem::Complaint;
use super::text::Text;

/// What is appended to the name of a setting.
pub(super) const SUFFIX: &str = "_FILE";

/// More than any setting has: the longest are lists of keys.
const MOST_BYTES: u64 = 64 << 10;

/// The content of the file without the blanks and line ends around it.
pub(super) fn read(path: &Path) -> Result<String, Complaint> {
    let content = content(path).map_err(|error| {
        refused(Text::new(format!("names a file that cannot be read ({error})"), format!("指向的文件无法读取（{error}）")))
    })?;
    let value = content.trim();
    if value.is_empty() {
        return Err(refused(Text::new("names a file that is empty", "指向的文件是空的")));
    }
    Ok(value.to_owned())
}

fn content(path: &Path) -> io::Result<String> {
    let mut content = String::new();
    // A pipe that nobody writes to would be waited for without end.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut content)? as u64 > MOST_BYTES {
        return Err(io::Error::other(format!("it has more than {MOST_BYTES} bytes")));
    }
    Ok(content)
}

fn refused(reason: Text) -> Complaint {
    let instead =
        Text::new("Name a text file that this user may read and that holds the value alone", "请填写当前用户可读、且只含该值的文本文件");
    Complaint { reason, instead }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_single_value_is_refused_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let reason = |content: &[u8]| {
            let path = folder.path().join("value");
            std::fs::write(&path, content).unwrap();
            read(&path).map_err(|complaint| complaint.reason.en)
        };
        assert_eq!(reason(b" s3cret\r\n"), Ok("s3cret".to_owned()));
        assert_eq!(reason(b" \n"), Err("names a file that is empty".to_owned()));
        assert!(reason(&[0xff]).unwrap_err().contains("UTF-8"));
        assert!(reason(&vec![b'a'; 65537]).unwrap_err().contains("65536 bytes"));
        assert!(read(&folder.path().join("absent")).unwrap_err().reason.en.contains("No such file"));
        assert!(read(folder.path()).is_err());
    }
}
