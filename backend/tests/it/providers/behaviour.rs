//! Every vendor of the catalogue, with every way in which it can fail, against what the product promises: each task is
//! final by its deadline, only pictures are paid for, the reason is in plain words, no paid request is repeated that may
//! have begun, nothing is reached that may not be, and no key gets out.
//!
//! The table of [`promise`] says what is promised. A new vendor is a line of [`lines`]; a test says which are missing.

use std::collections::BTreeSet;

mod forever;
mod hall;
mod judge;
mod lines;
mod log;
mod model;
mod promise;
mod rounds;
mod sample;
mod server;

/// A test for each line.
macro_rules! vendors {
    ($($name:ident;)+) => {
        $(#[tokio::test]
        async fn $name() {
            rounds::every_fault(&lines::$name()).await;
        })+

        fn all() -> Vec<lines::Line> {
            vec![$(lines::$name()),+]
        }
    };
}

vendors! {
    dashscope;
    dashscope_messages_task;
    dashscope_text2image;
    volcengine;
    volcengine_streamed;
    zhipu;
    zhipu_task;
    siliconflow;
    openai;
    openai_streamed;
    gemini;
    stability;
    bfl;
    fal;
    replicate;
    replicate_waited_for;
    gateway;
    localai;
    sd_server;
    a1111;
    comfyui;
}

#[test]
fn every_vendor_of_the_catalogue_has_its_line() {
    let catalogue: toml::Table = include_str!("../../../../catalogue/providers.toml").parse().unwrap();
    let vendors = catalogue["provider"].as_array().unwrap().iter().map(|vendor| vendor["id"].as_str().unwrap().to_owned());
    let lines = all().into_iter().map(|line| line.provider.to_owned());
    assert_eq!(lines.collect::<BTreeSet<_>>(), vendors.collect());
    let wires: BTreeSet<String> = all().iter().map(|line| line.wire().to_owned()).collect();
    assert_eq!(wires, providers::NAMES.iter().map(|name| (*name).to_owned()).collect());
}
