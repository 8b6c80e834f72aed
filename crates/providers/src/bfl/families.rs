//! Which fields a model takes. Models that take the same are a family; the catalogue says which.

use crate::error::{Class, Error};
use crate::request::{ImageRequest, TaskType};

/// A parameter that only some families take, by its name in the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    Steps,
    Guidance,
    Strength,
    BorderLeft,
    BorderRight,
    BorderTop,
    BorderBottom,
    Mask,
}

/// How a size is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeForm {
    /// `width` and `height`.
    Pixels,
    /// `aspect_ratio`.
    Ratio,
    /// Not at all: it follows from the picture.
    OfPicture,
}

/// Models with the same fields.
#[derive(Debug)]
pub struct Family {
    /// As the catalogue writes it.
    pub name: &'static str,
    /// What it can be asked for.
    pub tasks: &'static [TaskType],
    /// How a size is said.
    pub size: SizeForm,
    /// The parameters it takes besides those of all. Any other one is refused, not dropped.
    pub parameters: &'static [(Parameter, &'static str)],
    /// The fields of its pictures, in order.
    pub pictures: &'static [&'static str],
    /// Whether nothing works without words.
    pub needs_prompt: bool,
}

use Parameter::{BorderBottom, BorderLeft, BorderRight, BorderTop, Guidance, Mask, Steps, Strength};

/// FLUX.2, with or without pictures. What it is to do with them it is told in words. It makes nothing transparent.
const FLUX2: Family = Family {
    name: "flux2",
    tasks: &[
        TaskType::TextToImage,
        TaskType::ImageEdit,
        TaskType::Erase,
        TaskType::ReplaceBackground,
        TaskType::StyleTransfer,
        TaskType::SearchReplace,
        TaskType::Recolor,
        TaskType::SketchToImage,
        TaskType::StructureToImage,
        TaskType::Variation,
    ],
    size: SizeForm::Pixels,
    // Only its model "flex" takes them; the catalogue says so.
    parameters: &[(Steps, "steps"), (Guidance, "guidance")],
    pictures: &[
        "input_image",
        "input_image_2",
        "input_image_3",
        "input_image_4",
        "input_image_5",
        "input_image_6",
        "input_image_7",
        "input_image_8",
    ],
    needs_prompt: true,
};

const FAMILIES: &[Family] = &[
    FLUX2,
    // One picture, so no style of another one.
    Family {
        name: "kontext",
        tasks: &[
            TaskType::TextToImage,
            TaskType::ImageEdit,
            TaskType::Erase,
            TaskType::ReplaceBackground,
            TaskType::SearchReplace,
            TaskType::Recolor,
            TaskType::SketchToImage,
            TaskType::StructureToImage,
            TaskType::Variation,
        ],
        size: SizeForm::Ratio,
        pictures: &["input_image"],
        ..FLUX2
    },
    Family { name: "pro", tasks: &[TaskType::TextToImage, TaskType::ImageToImage], pictures: &["image_prompt"], ..FLUX2 },
    Family {
        name: "ultra",
        tasks: &[TaskType::TextToImage, TaskType::ImageToImage],
        size: SizeForm::Ratio,
        parameters: &[(Strength, "image_prompt_strength")],
        pictures: &["image_prompt"],
        ..FLUX2
    },
    Family {
        name: "fill",
        tasks: &[TaskType::Inpaint, TaskType::Erase],
        size: SizeForm::OfPicture,
        parameters: &[(Steps, "steps"), (Guidance, "guidance"), (Mask, "mask")],
        pictures: &["image"],
        needs_prompt: false,
    },
    Family {
        name: "expand",
        tasks: &[TaskType::Outpaint],
        size: SizeForm::OfPicture,
        parameters: &[
            (Steps, "steps"),
            (Guidance, "guidance"),
            (BorderLeft, "left"),
            (BorderRight, "right"),
            (BorderTop, "top"),
            (BorderBottom, "bottom"),
        ],
        pictures: &["image"],
        needs_prompt: false,
    },
];

/// The family of the request's model.
///
/// # Errors
/// [`Class::InvalidRequest`] for a family that is not known, or a task that it does not serve.
pub fn of(request: &ImageRequest) -> Result<&'static Family, Error> {
    let name = request.model.text("family").unwrap_or(FLUX2.name);
    let family = FAMILIES.iter().find(|family| family.name == name);
    let family = family.ok_or_else(|| Error::new(Class::InvalidRequest, format!("there is no family {name}")))?;
    if family.tasks.contains(&request.task_type) { Ok(family) } else { Err(unsupported(family, &format!("{:?}", request.task_type))) }
}

pub fn unsupported(family: &Family, what: &str) -> Error {
    Error::new(Class::InvalidRequest, format!("models of the family {} cannot be asked for: {what}", family.name))
}
