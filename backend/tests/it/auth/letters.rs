//! How letters reach the mail server, what is in them, and what becomes of those that do not.

use std::collections::BTreeMap;
use std::time::Duration;

use danqing::config::{Config, Sources};
use danqing::error::Failure;
use danqing::models::letter::{Letter, LinkPurpose};
use danqing::models::locale::Locale;
use danqing::models::timestamp::Clock;
use danqing::services::mail::connection::{self, Step, Undelivered};
use danqing::services::mail::letter::{self, Written};
use diesel::RunQueryDsl;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::mail::{PASSWORD, Post};

/// Variables with other values.
type Changed<'a> = &'a [(&'a str, &'a str)];

/// The settings of a studio, some of them changed.
fn config(settings: &[(&'static str, String)], changed: Changed<'_>) -> Config {
    let mut environment: BTreeMap<String, String> = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    for (name, value) in changed {
        environment.insert((*name).to_owned(), (*value).to_owned());
    }
    environment.entry("DOMAIN".to_owned()).or_insert("https://studio.example.com".to_owned());
    Config::load(&Sources { environment, dotenv: None }).unwrap()
}

#[tokio::test]
async fn letters_go_encrypted_from_the_first_byte_or_after_switching_over_with_a_login() {
    let post = Post::new();
    for (way, encrypted) in [("starttls", true), ("implicit", true), ("plain", false)] {
        let config = config(&post.settings(way), &[("APP_NAME", "画室")]);
        let smtp = config.mail.smtp.as_ref().unwrap();
        let mut server = connection::open(&config, smtp).await.unwrap();
        let link = "https://studio.example.com/verify-email?token=abc";
        let written = letter::write(&config, Letter::VerifyEmail, Some(link), Locale::ZhCn).unwrap();
        let to = format!("{way}@example.com");
        let message = letter::address(&config, smtp, &to, written.clone(), way, Clock::default().now()).unwrap();
        server.deliver(&message).await.unwrap();
        server.close().await;
        let [letter] = &post.letters_to(&to)[..] else { panic!("{way}") };
        assert_eq!(letter["encrypted"], encrypted, "{way}");
        assert_eq!((&letter["subject"], letter["html"].as_str().unwrap().trim()), (&json!(written.subject), written.html.trim()));
        assert!(letter["text"].as_str().unwrap().contains(link) && written.subject.contains("画室"));
        let headers: BTreeMap<String, String> = serde_json::from_value(letter["headers"].clone()).unwrap();
        assert!(headers["From"].contains("画室"), "{headers:?}");
        assert_eq!(headers["Message-ID"], format!("<{way}@studio.example.com>"));
        assert_eq!(headers["Auto-Submitted"], "auto-generated");
    }
}

#[tokio::test]
async fn the_first_step_that_does_not_succeed_is_named_and_no_password_is() {
    let post = Post::new();
    let port = |way: &str| post.settings(way).iter().find(|(name, _)| *name == "SMTP_PORT").unwrap().1.clone();
    let (plain, implicit) = (port("plain"), port("implicit"));
    let cases: [(&str, Changed<'_>, Step); 9] = [
        ("starttls", &[("SMTP_HOST", "nobody.invalid")], Step::Name),
        ("starttls", &[("SMTP_PORT", "9")], Step::Connection),
        ("starttls", &[("SMTP_CA_FILE", "")], Step::Tls),
        ("starttls", &[("SMTP_HOST", "127.0.0.1")], Step::Tls),
        ("implicit", &[("SMTP_PORT", &plain)], Step::Tls),
        ("starttls", &[("SMTP_PORT", &plain)], Step::StartTls),
        ("starttls", &[("SMTP_CA_FILE", "/nothing/here.pem")], Step::CaFile),
        ("implicit", &[("SMTP_PORT", &implicit), ("SMTP_PASS", "a-wrong-password")], Step::Login),
        ("starttls", &[("SMTP_FROM", "stranger@example.com")], Step::Sender),
    ];
    for (way, changed, step) in cases {
        let config = config(&post.settings(way), changed);
        let trouble = connection::open(&config, config.mail.smtp.as_ref().unwrap()).await.err().unwrap();
        assert_eq!(trouble.step, step, "{changed:?}: {trouble}");
        assert!(!trouble.words.contains(PASSWORD) && !trouble.words.contains("a-wrong-password"), "{trouble}");
    }
}

#[test]
fn each_letter_says_the_same_in_both_languages_and_fetches_nothing() {
    let config = config(&Vec::new(), &[("APP_NAME", "<b>Studio</b> & \"Co\"")]);
    for letter in Letter::ALL {
        let link = "https://studio.example.com/x?token=abc&other=1";
        let has_link =
            [LinkPurpose::VerifyEmail, LinkPurpose::ResetPassword, LinkPurpose::ChangeEmail].iter().any(|one| one.letter() == letter);
        let link = has_link.then_some(link);
        let written = [Locale::ZhCn, Locale::En].map(|locale| letter::write(&config, letter, link, locale).unwrap());
        assert_ne!(written[0].text, written[1].text);
        for Written { subject, text, html } in written {
            assert!(!subject.contains("mail.") && !text.contains("mail.") && !subject.contains('\n'), "{subject} {text}");
            assert!(text.contains("<b>Studio</b> & \"Co\"") && !html.contains("<b>"), "{html}");
            for fetched in ["src=", "url(", "<img", "<link", "<script", "@import"] {
                assert!(!html.contains(fetched), "{fetched}: {html}");
            }
            assert_eq!(text.contains("token=abc"), has_link);
            let foreign = html
                .split("href=\"")
                .skip(1)
                .find(|rest| !rest.starts_with("https:&#x2f;&#x2f;studio.example.com") && !rest.starts_with("https://studio.example.com"));
            assert_eq!(foreign, None);
        }
    }
}

#[tokio::test]
async fn nothing_that_anybody_writes_becomes_a_header() {
    let config = config(&Post::new().settings("plain"), &[]);
    let smtp = config.mail.smtp.as_ref().unwrap();
    let written = Written { subject: "Hello\r\nBcc: a@b.c\r\n\r\nBody".to_owned(), text: "x".to_owned(), html: "x".to_owned() };
    let now = Clock::default().now();
    let message = letter::address(&config, smtp, "li@example.com", written.clone(), "1", now).unwrap();
    let text = String::from_utf8(message.formatted()).unwrap();
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    assert!(!headers.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{headers}");
    for nonsense in ["a@b.c\r\nBcc: d@e.f", "a@b.c, d@e.f", "a@b.c\nRCPT TO:<d@e.f>", "<a@b.c>", "a b@c.d", ""] {
        assert!(letter::address(&config, smtp, nonsense, written.clone(), "1", now).is_err(), "{nonsense:?}");
    }
    let app = TestApp::start().await;
    for nonsense in ["a@b.c\r\nBcc: d@e.f", "a@b.c,d@e.f", "a@b.c\0d@e.f"] {
        let body = json!({ "email": nonsense });
        assert_eq!(app.anonymous().post("/api/auth/forgot-password", body).await.code(400), "invalid_request");
    }
}

#[derive(diesel::QueryableByName)]
struct Waiting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    row: String,
}

async fn waiting(app: &TestApp) -> Vec<String> {
    let query = "SELECT payload || COALESCE(last_error, '') AS row FROM jobs WHERE queue = 'mail' ORDER BY id";
    let found: Vec<Waiting> = app.app.database.read::<_, Failure, _>(move |conn| Ok(diesel::sql_query(query).load(conn)?)).await.unwrap();
    found.into_iter().map(|waiting| waiting.row).collect()
}

#[tokio::test]
async fn what_may_pass_is_tried_again_what_never_passes_ends_and_no_job_holds_a_token() {
    let post = Post::new();
    let settings = post.settings("starttls");
    let app = TestApp::with(&settings.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>()).await;
    app.user("refused").await;
    // Unlike any other test's: the server remembers whom it sent away.
    let name = format!("later{}", ulid::Ulid::generate()).to_lowercase();
    app.user(&name).await;
    assert_eq!(waiting(&app).await.len(), 2);
    app.run_jobs().await;
    let [held] = &waiting(&app).await[..] else { panic!("{:?}", waiting(&app).await) };
    assert!(held.contains("come back later"), "{held}");
    app.pass(Duration::from_secs(5));
    app.run_jobs().await;
    let token = post.token(&format!("{name}@example.com"), "verify-email");
    // All but the id, which alone opens nothing.
    assert!(!held.contains(&token[26..]), "{held}");
    assert_eq!(waiting(&app).await, Vec::<String>::new());
    assert_eq!(post.letters_to("refused@example.com"), Vec::<Value>::new());
}

#[tokio::test]
async fn a_refusal_is_told_from_a_server_that_is_busy() {
    let post = Post::new();
    let config = config(&post.settings("plain"), &[]);
    let smtp = config.mail.smtp.as_ref().unwrap();
    let mut server = connection::open(&config, smtp).await.unwrap();
    let written = letter::write(&config, Letter::PasswordChanged, None, Locale::En).unwrap();
    let message = letter::address(&config, smtp, "refused@example.com", written, "1", Clock::default().now()).unwrap();
    let refused = server.deliver(&message).await.unwrap_err();
    assert!(matches!(&refused, Undelivered::Never(words) if words.contains("no such person")), "{refused}");
}
