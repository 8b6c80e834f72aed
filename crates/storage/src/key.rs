//! Object keys. Every key is made here: a folder, a random name and the extension of the checked type. The
//! user's file name never takes part, so a key neither leaks nor can be guessed.

use std::fmt;

use ulid::Ulid;

/// The top of a key: what the object is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// Pictures that people uploaded.
    Input,
    /// Pictures that tasks made.
    Output,
    /// Small previews of either.
    Thumbnail,
    /// What a running task shows so far. Never has a row.
    Preview,
    /// What somebody put by a link that they were given. Nothing is ever served from here.
    Quarantine,
}

impl Folder {
    /// All folders, for the sweeper.
    pub const ALL: [Folder; 5] = [Folder::Input, Folder::Output, Folder::Thumbnail, Folder::Preview, Folder::Quarantine];

    /// The first part of the key.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Folder::Input => "input",
            Folder::Output => "output",
            Folder::Thumbnail => "thumbnail",
            Folder::Preview => "preview",
            Folder::Quarantine => "quarantine",
        }
    }
}

/// The name of one object in the store.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// A new key that nobody had before. `extension` comes from the checked type, without the dot.
    #[must_use]
    pub fn new(folder: Folder, extension: &str) -> Self {
        Self(format!("{}/{}.{extension}", folder.name(), Ulid::generate().to_string().to_ascii_lowercase()))
    }

    /// A new key for what is still to be looked at, whose type is not known.
    #[must_use]
    pub fn quarantined() -> Self {
        Self(format!("{}/{}", Folder::Quarantine.name(), Ulid::generate().to_string().to_ascii_lowercase()))
    }

    /// A new key that also carries the fence of the attempt that writes it, so that a stale worker can never
    /// overwrite what a later attempt stored.
    #[must_use]
    pub fn fenced(folder: Folder, attempt: i32, extension: &str) -> Self {
        let name = Ulid::generate().to_string().to_ascii_lowercase();
        Self(format!("{}/{name}-{attempt}.{extension}", folder.name()))
    }

    /// A key read back from the database or from a listing.
    #[must_use]
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The preview of a name that [`ObjectKey::preview_name`] gave; none for any other text.
    #[must_use]
    pub fn preview(name: &str) -> Option<Self> {
        let is_ours = Ulid::from_string(name).ok()?.to_string().to_ascii_lowercase() == name;
        is_ours.then(|| Self(format!("{}/{name}.webp", Folder::Preview.name())))
    }

    /// The name of a preview, for its link.
    #[must_use]
    pub fn preview_name(&self) -> Option<&str> {
        self.0.strip_prefix(Folder::Preview.name())?.strip_prefix('/')?.strip_suffix(".webp")
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_known_by_its_name_and_no_other_text_is_one() {
        let key = ObjectKey::new(Folder::Preview, "webp");
        let name = key.preview_name().unwrap();
        assert_eq!(ObjectKey::preview(name), Some(key.clone()));
        for other in ["", "abc", "../input/a", &name.to_ascii_uppercase(), &format!("{name}.webp"), &format!("../{name}")] {
            assert_eq!(ObjectKey::preview(other), None, "{other}");
        }
    }

    #[test]
    fn two_keys_never_meet_and_carry_nothing_but_folder_and_extension() {
        let (first, second) = (ObjectKey::new(Folder::Input, "png"), ObjectKey::new(Folder::Input, "png"));
        assert_ne!(first, second);
        assert!(first.as_str().starts_with("input/"));
        assert!(first.as_str().ends_with(".png"));
        assert_eq!(first.as_str().len(), "input/".len() + 26 + ".png".len());
    }
}
