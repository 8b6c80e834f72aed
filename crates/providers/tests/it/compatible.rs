//! What the servers that imitate OpenAI are sent, where it differs.

use fake_vendors::Vendor;
use providers::size::Size;
use providers::{Account, Class, ImageRequest, Output, Settings, Source, Submitted, TaskType, Watch, named};
use serde_json::json;

use crate::support::{account, assert_clean, fakes, fetched, json_of, mask, parts_of, picture, request};

fn square(side: u32) -> Option<Size> {
    Some(Size { width: side, height: side, ratio: None, tier: None })
}

#[tokio::test]
async fn localai_has_the_negative_prompt_behind_a_bar() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::LocalAi);
    let request = ImageRequest {
        negative_prompt: Some("dogs | cats".to_owned()),
        size: square(512),
        settings: Settings { steps: Some(20), ..Settings::default() },
        ..request("flux.1-dev", "a cat | a dog")
    };
    named("localai").unwrap().submit(&account, &request, &Watch::nothing()).await.unwrap();
    let sent = json_of(&fakes.requests(Vendor::LocalAi)[0]);
    let expected = json!({
        "model": "flux.1-dev", "prompt": "a cat , a dog|dogs , cats", "size": "512x512", "step": 20, "response_format": "b64_json",
    });
    assert_eq!(sent, expected);
    assert_clean(&fakes);
}

#[tokio::test]
async fn localai_paints_over_a_mask_and_enlarges_on_paths_of_their_own() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::LocalAi);
    let provider = named("localai").unwrap();
    let inpaint = ImageRequest {
        task_type: TaskType::Inpaint,
        images: vec![picture(64, 48, "image/png")],
        mask: Some(mask(64, 48)),
        settings: Settings { steps: Some(20), ..Settings::default() },
        ..request("flux.1-dev", "a hat")
    };
    let Submitted::Done(delivery) = provider.submit(&account, &inpaint, &Watch::nothing()).await.unwrap() else { panic!("no pictures") };
    // Its address is private like the server's own, so it is fetched as a part of it.
    assert!(matches!(&delivery.outputs[0].source, Source::Kept(url) if url.starts_with(&fakes.origin(Vendor::LocalAi))));
    assert!(fetched(provider.as_ref(), &account, &delivery.outputs[0]).await.unwrap().starts_with(b"\x89PNG"));
    for elsewhere in [fakes.base_url(Vendor::OpenAi), "file:///etc/passwd".to_owned(), "http://127.0.0.66/x".to_owned()] {
        let foreign = Output { source: Source::Kept(elsewhere), ..delivery.outputs[0].clone() };
        assert_eq!(fetched(provider.as_ref(), &account, &foreign).await.unwrap_err().class, Class::ProviderError);
    }
    let settings = Settings { scale: Some(2), ..Settings::default() };
    let upscale = ImageRequest { task_type: TaskType::Upscale, mask: None, settings, ..inpaint };
    provider.submit(&account, &upscale, &Watch::nothing()).await.unwrap();
    let edit = ImageRequest {
        task_type: TaskType::ImageToImage,
        references: vec![picture(32, 32, "image/png")],
        settings: Settings::default(),
        ..upscale
    };
    provider.submit(&account, &edit, &Watch::nothing()).await.unwrap();
    let sent: Vec<_> = fakes.requests(Vendor::LocalAi).into_iter().filter(|recorded| recorded.method == "POST").collect();
    let names = |index: usize| parts_of(&sent[index]).into_iter().map(|part| part.name).collect::<Vec<_>>();
    assert_eq!((sent[0].path.as_str(), names(0).join(" ")), ("/v1/images/inpainting", "model prompt steps image mask".to_owned()));
    assert_eq!((sent[1].path.as_str(), names(1).join(" ")), ("/v1/images/upscale", "model scale image".to_owned()));
    let fields = json_of(&sent[2]);
    assert!(fields["file"].is_string() && fields["ref_images"].as_array().is_some_and(|list| list.len() == 1), "{fields}");
    let mask = parts_of(&sent[0]).pop().and_then(|part| part.picture).unwrap();
    assert!(!mask.alpha, "white is to be painted");
    assert_clean(&fakes);
}

#[tokio::test]
async fn sd_server_is_sent_no_block_of_parameters() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::SdServer);
    let provider = named("sd-server").unwrap();
    let words = r#"a cat <sd_cpp_extra_args>{"steps":999}</sd_cpp_extra_args>"#;
    let edit = ImageRequest {
        task_type: TaskType::Inpaint,
        images: vec![picture(64, 48, "image/png")],
        mask: Some(mask(64, 48)),
        ..request("sd-cpp-local", words)
    };
    provider.submit(&account, &edit, &Watch::nothing()).await.unwrap();
    let generation = ImageRequest { task_type: TaskType::TextToImage, images: Vec::new(), mask: None, ..edit };
    provider.submit(&account, &generation, &Watch::nothing()).await.unwrap();
    let sent = json_of(&fakes.requests(Vendor::SdServer)[1]);
    assert_eq!(sent["prompt"], json!(r#"a cat ‹sd_cpp_extra_args>{"steps":999}‹/sd_cpp_extra_args>"#));
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_server_of_ones_own_may_be_named_by_its_host_alone_and_its_model_not_at_all() {
    let fakes = fakes().await;
    for (wire, vendor) in [("openai-compatible", Vendor::SdServer), ("sd-server", Vendor::SdServer), ("localai", Vendor::LocalAi)] {
        let account = Account { base_url: fakes.origin(vendor).parse().unwrap(), ..account(&fakes, vendor) };
        let provider = named(wire).unwrap();
        provider.check(&account).await.unwrap();
        let asked = provider.submit(&account, &request("", "a cat"), &Watch::nothing()).await;
        let Submitted::Done(delivery) = asked.unwrap() else { panic!("no pictures from {wire}") };
        assert_eq!(delivery.outputs.len(), 1, "{wire}");
    }
    assert_clean(&fakes);
}

#[tokio::test]
async fn siliconflow_has_names_of_its_own() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::SiliconFlow);
    let provider = named("siliconflow").unwrap();
    let request = ImageRequest {
        negative_prompt: Some("dogs".to_owned()),
        size: square(1024),
        count: 2,
        seed: Some(7),
        settings: Settings { steps: Some(20), guidance: Some(7.5), ..Settings::default() },
        ..request("Kwai-Kolors/Kolors", "a cat")
    };
    let Submitted::Done(delivery) = provider.submit(&account, &request, &Watch::nothing()).await.unwrap() else { panic!("no pictures") };
    assert_eq!(delivery.outputs.iter().map(|output| output.seed).collect::<Vec<_>>(), [Some(7), None]);
    let mut edit = ImageRequest {
        task_type: TaskType::ImageEdit,
        images: vec![picture(64, 48, "image/png"), picture(32, 32, "image/jpeg")],
        size: None,
        count: 1,
        ..request
    };
    edit.model.wire_id = "Qwen/Qwen-Image-Edit-2509".to_owned();
    edit.model.options.insert("rename".to_owned(), json!({ "guidance_scale": "cfg" }));
    provider.submit(&account, &edit, &Watch::nothing()).await.unwrap();
    let sent = fakes.requests(Vendor::SiliconFlow);
    let expected = json!({
        "model": "Kwai-Kolors/Kolors", "prompt": "a cat", "negative_prompt": "dogs", "image_size": "1024x1024", "batch_size": 2,
        "seed": 7, "num_inference_steps": 20, "guidance_scale": 7.5,
    });
    assert_eq!(json_of(&sent[0]), expected);
    let fields = json_of(&sent[1]);
    assert_eq!(
        (&fields["cfg"], &fields["image"]["$mime"], &fields["image2"]["$mime"]),
        (&json!(7.5), &json!("image/png"), &json!("image/jpeg"))
    );
    assert_clean(&fakes);
}

#[tokio::test]
async fn a_gateway_is_asked_for_base64_unless_the_model_is_openais() {
    let fakes = fakes().await;
    let account = account(&fakes, Vendor::OpenAi);
    let provider = named("openai-compatible").unwrap();
    provider.submit(&account, &request("gpt-image-2", "a cat"), &Watch::nothing()).await.unwrap();
    assert_clean(&fakes);
    // The fake does not know the model, which is all the same here.
    provider.submit(&account, &request("flux", "a cat"), &Watch::nothing()).await.unwrap_err();
    let sent = fakes.requests(Vendor::OpenAi);
    assert_eq!(json_of(&sent[0]).get("response_format"), None);
    assert_eq!(json_of(&sent[1])["response_format"], json!("b64_json"));
}
