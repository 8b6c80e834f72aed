//! One question to a text model, under every fault that a text can call forth.

use fake_vendors::Vendor;
use providers::openai::chat::{Chat, Reply, ask};
use providers::{Class, Error};
use serde_json::json;

use crate::support::{KEY, account, assert_clean, fakes, json_of};

const INSTRUCTION: &str = "Improve the text.";

async fn said(text: &str) -> Result<Reply, Error> {
    let fakes = fakes().await;
    let chat = Chat { model: "gpt-4.1-mini", instruction: INSTRUCTION, text };
    ask(&account(&fakes, Vendor::OpenAi), &chat).await
}

#[tokio::test]
async fn the_instruction_and_the_text_go_apart_with_the_key_and_nothing_else() {
    let fakes = fakes().await;
    let chat = Chat { model: "gpt-4.1-mini", instruction: INSTRUCTION, text: "a cat" };
    let reply = ask(&account(&fakes, Vendor::OpenAi), &chat).await.unwrap();
    assert_eq!(reply, Reply { text: "A cat at a window, warm light, rich in detail (5)".to_owned(), cut: false });
    let sent = &fakes.requests(Vendor::OpenAi)[0];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/v1/chat/completions"));
    let messages = json!([{ "role": "system", "content": INSTRUCTION }, { "role": "user", "content": "a cat" }]);
    assert_eq!(json_of(sent), json!({ "model": "gpt-4.1-mini", "messages": messages }));
    assert!(sent.credentials.iter().any(|(_, value)| value.contains(KEY)));
    assert_clean(&fakes);
}

#[tokio::test]
async fn every_fault_ends_soon_as_what_it_is_and_never_with_the_key() {
    let table = [
        ("[hang]", Class::Timeout),
        ("[slowloris]", Class::Timeout),
        ("[429:1]", Class::RateLimited),
        ("[429quota]", Class::ProviderBilling),
        ("[401]", Class::Auth),
        ("[echokey]", Class::Auth),
        ("[500x:9]", Class::ProviderError),
        ("[503]", Class::Overloaded),
        ("[drop]", Class::Network),
        ("[dropmid]", Class::Network),
        ("[badjson]", Class::ProviderError),
        ("[deepjson]", Class::ProviderError),
        ("[html200]", Class::ProviderError),
        ("[utf16]", Class::ProviderError),
        ("[http200error]", Class::ProviderError),
        ("[hugebody]", Class::ProviderError),
        ("[chunkforever]", Class::ProviderError),
        ("[gzipbomb]", Class::ProviderError),
        ("[redirect]", Class::ProviderError),
        ("[redirectprivate]", Class::ProviderError),
        ("[nulldata]", Class::EmptyResult),
        ("[emptydata]", Class::EmptyResult),
        ("[silent]", Class::EmptyResult),
        ("[refusal]", Class::ContentPolicyInput),
        ("[refusal200]", Class::ContentPolicyOutput),
    ];
    for (mark, class) in table {
        let error = said(&format!("a cat {mark}")).await.unwrap_err();
        assert_eq!(error.class, class, "{mark}: {error}");
        assert!(!format!("{error:?}").contains(KEY), "{mark}: {error:?}");
    }
}

#[tokio::test]
async fn nobody_is_reached_that_a_redirect_names() {
    let fakes = fakes().await;
    for text in ["[redirect]", "[redirectprivate]"] {
        let chat = Chat { model: "gpt-4.1-mini", instruction: INSTRUCTION, text };
        ask(&account(&fakes, Vendor::OpenAi), &chat).await.unwrap_err();
    }
    assert_clean(&fakes);
}
