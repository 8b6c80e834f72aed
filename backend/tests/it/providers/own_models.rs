//! What an operator adds to the catalogue in files of his own.

use std::path::Path;

use danqing::services::catalogue::Catalogue;

fn loaded(files: &[(&str, &str)]) -> Result<Catalogue, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Catalogue::load(folder.path()).map_err(|error| error.to_string())
}

const OWN: &str = r#"
price_version = "mine"

[[model]]
id = "own-server"
provider = "openai-compatible"
name = { zh-CN = "本地", en = "Local" }
task_types = ["text_to_image"]
price = 2
[model.vendor]
wire_id = "stablediffusion"
seconds = 20
cost = { currency = "CNY", second = 0.001 }

[[model]]
id = "portrait"
provider = "comfyui"
name = { zh-CN = "人像", en = "Portrait" }
task_types = ["text_to_image"]
price = "default"
[model.vendor]
wire_id = "portrait.safetensors"
workflows = { text_to_image = "portrait" }
seconds = 20
"#;
const GRAPH: &str = r#"{ "graph": { "3": { "class_type": "KSampler", "inputs": { "seed": 0 } } }, "slots": { "seed": [{ "node": "3", "input": "seed" }] } }"#;

#[test]
fn models_of_further_files_are_added_and_replace_those_of_the_same_id() {
    let shipped = Catalogue::load(Path::new("/nonexistent")).unwrap();
    let catalogue = loaded(&[("models/mine.toml", OWN), ("workflows/portrait.json", GRAPH), ("models/notes.txt", "no model")]).unwrap();
    assert_eq!(catalogue.models.len(), shipped.models.len() + 1);
    let vendor = |id: &str| catalogue.models.iter().find(|model| model.id == id).and_then(|model| model.vendor.clone()).unwrap();
    assert_eq!((vendor("own-server").wire_id.as_str(), vendor("own-server").price_version.as_deref()), ("stablediffusion", Some("mine")));
    assert_eq!(vendor("portrait").options["workflows"]["text_to_image"]["slots"]["seed"][0]["node"], "3");
    assert_eq!(vendor("comfyui-sdxl").options["workflows"].as_object().unwrap().len(), 3);
}

#[test]
fn what_is_wrong_with_a_file_is_said_by_its_name() {
    for (files, said) in [
        (vec![("models/mine.toml", OWN)], "workflows/portrait.json"),
        (vec![("models/mine.toml", OWN), ("workflows/portrait.json", r#"{ "nodes": [] }"#)], "API format"),
        (vec![("models/a.toml", "[[model]]")], "models/a.toml"),
        (vec![("models/a.toml", &OWN.replace("wire_id = \"stablediffusion\"\n", ""))], "wire_id"),
        (vec![("models/a.toml", &OWN.replace("price_version = \"mine\"\n", "")), ("workflows/portrait.json", GRAPH)], "price_version"),
        (vec![("models/a.toml", &OWN.replace("\"portrait\" }", "\"../secrets\" }"))], "no name of a workflow"),
        (vec![("models/a.toml", &OWN.replace("second = 0.001", "second = -1"))], "models/a.toml"),
    ] {
        let error = loaded(&files).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}
