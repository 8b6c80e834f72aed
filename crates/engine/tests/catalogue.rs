//! The style catalogue and the net belong together: every style of the net is named once and has its preview.

use std::collections::BTreeSet;
use std::path::Path;

use engine::STYLE_COUNT;

#[derive(serde::Deserialize)]
struct Catalogue {
    style: Vec<Style>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Style {
    id: String,
    index: usize,
    name: Words,
    description: Words,
    tags: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    en: String,
    #[serde(rename = "zh-CN")]
    zh_cn: String,
}

#[test]
fn every_style_has_one_name_in_both_languages_and_a_preview() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let catalogue: Catalogue = toml::from_str(&std::fs::read_to_string(root.join("catalogue/styles.toml")).unwrap()).unwrap();
    let indexes: BTreeSet<usize> = catalogue.style.iter().map(|style| style.index).collect();
    let ids: BTreeSet<&str> = catalogue.style.iter().map(|style| style.id.as_str()).collect();
    assert_eq!(catalogue.style.len(), STYLE_COUNT);
    assert_eq!(indexes, (0..STYLE_COUNT).collect());
    assert_eq!(ids.len(), STYLE_COUNT);
    for style in &catalogue.style {
        for words in [&style.name, &style.description] {
            assert!(!words.en.is_empty() && !words.zh_cn.is_empty(), "{}", style.id);
        }
        assert!(!style.tags.is_empty());
        let preview = root.join("frontend/public/styles").join(format!("{}.webp", style.id));
        let data = std::fs::read(&preview).unwrap();
        let picture = image::load_from_memory(&data).unwrap();
        assert_eq!((picture.width(), picture.height()), (240, 240), "{}", style.id);
        assert!(data.len() <= 14_336, "{}", style.id);
    }
}
