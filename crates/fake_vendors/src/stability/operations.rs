//! The table of operations: files, fields, and what comes out.

/// Which pictures an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Sides of at least 64, 4 096 to 9 437 184 pixels.
    R1,
    /// R1, and not narrower than 1:2.5.
    R2,
    /// Least and most of a side, least and most pixels.
    Sides(u32, u32, u64, u64),
}

/// The size of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// By `aspect_ratio`, a megapixel.
    Ratio,
    /// As the input.
    Same,
    /// The input and its borders.
    Borders,
    /// So many times the input.
    Times(u32),
    /// As the input in its shape, at about so many pixels.
    Pixels(u64),
}

/// One operation.
pub(super) struct Operation {
    pub group: &'static str,
    pub name: &'static str,
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
    pub files: &'static [&'static str],
    /// Files that may be missing.
    pub more_files: &'static [&'static str],
    pub rule: Rule,
    pub output: Output,
    pub formats: &'static [&'static str],
    pub creativity: (f64, f64),
    pub is_async: bool,
}

const ALL_FORMATS: &[&str] = &["png", "jpeg", "webp"];
const BASE: Operation = Operation {
    group: "edit",
    name: "",
    required: &["prompt"],
    optional: &[],
    files: &["image"],
    more_files: &[],
    rule: Rule::R2,
    output: Output::Same,
    formats: ALL_FORMATS,
    creativity: (0.0, 1.0),
    is_async: false,
};

/// The operation at this path.
pub(super) fn named(group: &str, name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.group == group && operation.name == name)
}

static OPERATIONS: [Operation; 17] = [
    Operation {
        group: "generate",
        name: "ultra",
        optional: &["negative_prompt", "aspect_ratio", "seed", "strength", "style_preset"],
        files: &[],
        more_files: &["image"],
        rule: Rule::Sides(64, 16_384, 4096, u64::MAX),
        output: Output::Ratio,
        ..BASE
    },
    Operation {
        group: "generate",
        name: "core",
        optional: &["negative_prompt", "aspect_ratio", "seed", "style_preset"],
        files: &[],
        output: Output::Ratio,
        ..BASE
    },
    Operation {
        group: "generate",
        name: "sd3",
        optional: &["negative_prompt", "aspect_ratio", "seed", "mode", "strength", "model", "cfg_scale", "style_preset"],
        files: &[],
        more_files: &["image"],
        rule: Rule::Sides(64, 16_384, 4096, u64::MAX),
        output: Output::Ratio,
        formats: &["png", "jpeg"],
        ..BASE
    },
    Operation {
        group: "upscale",
        name: "fast",
        required: &[],
        rule: Rule::Sides(32, 1536, 1024, 1_048_576),
        output: Output::Times(4),
        ..BASE
    },
    Operation {
        group: "upscale",
        name: "conservative",
        optional: &["negative_prompt", "seed", "creativity"],
        output: Output::Pixels(4_000_000),
        creativity: (0.2, 0.5),
        ..BASE
    },
    Operation {
        group: "upscale",
        name: "creative",
        optional: &["negative_prompt", "seed", "creativity", "style_preset"],
        rule: Rule::Sides(64, 16_384, 4096, 1_048_576),
        output: Output::Pixels(8_000_000),
        creativity: (0.1, 0.5),
        is_async: true,
        ..BASE
    },
    Operation { name: "erase", required: &[], optional: &["grow_mask", "seed"], more_files: &["mask"], rule: Rule::R1, ..BASE },
    Operation {
        name: "inpaint",
        optional: &["negative_prompt", "grow_mask", "seed", "style_preset"],
        more_files: &["mask"],
        rule: Rule::R1,
        ..BASE
    },
    Operation {
        name: "outpaint",
        required: &[],
        optional: &["prompt", "left", "right", "up", "down", "creativity", "seed"],
        output: Output::Borders,
        ..BASE
    },
    Operation {
        name: "search-and-replace",
        required: &["prompt", "search_prompt"],
        optional: &["negative_prompt", "grow_mask", "seed"],
        ..BASE
    },
    Operation {
        name: "search-and-recolor",
        required: &["prompt", "select_prompt"],
        optional: &["negative_prompt", "grow_mask", "seed"],
        ..BASE
    },
    Operation {
        name: "remove-background",
        required: &[],
        rule: Rule::Sides(64, 16_384, 4096, 4_194_304),
        formats: &["png", "webp"],
        ..BASE
    },
    Operation {
        name: "replace-background-and-relight",
        required: &[],
        optional: &[
            "background_prompt",
            "foreground_prompt",
            "negative_prompt",
            "preserve_original_subject",
            "original_background_depth",
            "keep_original_background",
            "light_source_direction",
            "light_source_strength",
            "seed",
        ],
        files: &["subject_image"],
        more_files: &["background_reference", "light_reference"],
        is_async: true,
        ..BASE
    },
    Operation { group: "control", name: "sketch", optional: &["control_strength", "negative_prompt", "seed"], ..BASE },
    Operation { group: "control", name: "structure", optional: &["control_strength", "negative_prompt", "seed"], ..BASE },
    Operation {
        group: "control",
        name: "style",
        optional: &["negative_prompt", "aspect_ratio", "fidelity", "seed"],
        output: Output::Ratio,
        ..BASE
    },
    Operation {
        group: "control",
        name: "style-transfer",
        required: &[],
        optional: &["prompt", "negative_prompt", "style_strength", "composition_fidelity", "change_strength", "seed"],
        files: &["init_image", "style_image"],
        ..BASE
    },
];
