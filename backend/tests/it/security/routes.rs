//! The routes of the API document, each with a request that names somebody's things. A route that this file does
//! not know how to call fails the tests, so that none is forgotten.

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, form, photo};

/// Things to ask for: somebody's, or nobody's.
#[derive(Clone)]
pub struct Things {
    pub task: String,
    pub file: String,
    /// An upload that was announced and not put yet.
    pub upload: String,
    /// A browser that is logged in.
    pub session: String,
    /// The query of a signed link to the file.
    pub link: String,
}

impl Things {
    /// Ids of the right form that were never given out.
    pub fn unknown() -> Self {
        Self::with_id("01jd0000000000000000000000")
    }

    fn sample() -> Self {
        Self::with_id("01jd0000000000000000000001")
    }

    fn with_id(id: &str) -> Self {
        Self {
            task: format!("task_{id}"),
            file: format!("file_{id}"),
            upload: format!("upload_{id}"),
            session: format!("session_{id}"),
            link: "v=o&e=4102444800&s=AAAA".to_owned(),
        }
    }
}

/// One route.
pub struct Route {
    pub method: Method,
    pub path: String,
    operation: Value,
}

/// All routes of the document.
pub fn all() -> Vec<Route> {
    let document = serde_json::to_value(danqing::router::document()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for name in ["get", "put", "post", "patch", "delete"] {
            if let Some(operation) = item.get(name) {
                let method = name.to_uppercase().parse().unwrap();
                routes.push(Route { method, path: path.clone(), operation: operation.clone() });
            }
        }
    }
    assert!(routes.len() > 20, "the document has {} routes", routes.len());
    routes
}

impl Route {
    /// `GET /api/me`
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether the address itself names something.
    pub fn has_id(&self) -> bool {
        self.path.contains('{')
    }

    /// Whether the request says whose things are meant.
    pub fn names_things(&self) -> bool {
        let (some, none) = (Things::sample(), Things::unknown());
        self.address(&some) != self.address(&none) || self.body(&some) != self.body(&none)
    }

    /// Sends a request that is right but for who sends it.
    pub async fn call(&self, client: &Client, things: &Things) -> Answer {
        let (kind, body) = self.body(things);
        let headers: Vec<(&str, &str)> = kind.iter().map(|kind| ("content-type", kind.as_str())).collect();
        client.send(self.method.clone(), &self.address(things), &headers, Body::from(body)).await
    }

    fn address(&self, things: &Things) -> String {
        let id = match self.path.as_str() {
            path if path.contains("/files/") => &things.file,
            path if path.contains("/uploads/") => &things.upload,
            path if path.contains("/sessions/") => &things.session,
            _ => &things.task,
        };
        let address = self.path.replace("{id}", id).replace("{provider}", "replicate").replace("{token}", &"0".repeat(64));
        assert!(!address.contains('{'), "{}: teach Route::address this parameter", self.name());
        let query = match self.name().as_str() {
            "GET /files/{id}" => things.link.clone(),
            // The right one would take a picture of whoever has it.
            "PUT /api/uploads/{id}/content" => "e=4102444800&s=AAAA".to_owned(),
            "GET /api/tasks/status" => format!("ids={}", things.task),
            "GET /api/credits/transactions" => format!("taskId={}", things.task),
            _ => String::new(),
        };
        for parameter in self.operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let given = ["id", "provider", "token"].contains(&name) || query.split('&').any(|pair| pair.starts_with(&format!("{name}=")));
            assert!(given || parameter["required"] != true, "{}: teach Route::address the parameter {name}", self.name());
        }
        if query.is_empty() { address } else { format!("{address}?{query}") }
    }

    fn body(&self, things: &Things) -> (Option<String>, Vec<u8>) {
        let content = &self.operation["requestBody"]["content"];
        if content["multipart/form-data"].is_object() {
            let (kind, body) = form::files(&[("a.png", &photo(8, 8))]);
            return (Some(kind), body);
        }
        let Some(schema) = content["application/json"]["schema"]["$ref"].as_str() else { return (None, Vec::new()) };
        let body = match schema.rsplit('/').next().unwrap() {
            "NewTask" => json!({ "taskType": "upscale", "inputFiles": [things.file] }),
            "NewUpload" => json!({ "name": "a.png", "mime": "image/png", "sizeBytes": 8 }),
            "CheckoutRequest" => json!({ "pack": "small" }),
            "RedeemRequest" => json!({ "code": "2222-2222-2222-2222" }),
            "ImproveRequest" => json!({ "prompt": "a cat", "taskType": "text_to_image" }),
            "TranslateRequest" => json!({ "prompt": "a cat", "to": "zh" }),
            "ProfileRequest" => json!({ "username": "intruder" }),
            "LoginRequest" => json!({ "email": "li@example.com", "password": "a wrong password" }),
            "RegisterRequest" => json!({ "email": "li@example.com", "password": "a long password" }),
            "SetupRequest" => json!({ "token": "x", "email": "li@example.com", "password": "a long password" }),
            "ForgotPasswordRequest" => json!({ "email": "li@example.com" }),
            "ResetPasswordRequest" => json!({ "token": "x", "password": "a long password" }),
            "LinkRequest" => json!({ "token": "x" }),
            "ChangePasswordRequest" => json!({ "currentPassword": "a wrong password", "password": "a long password" }),
            "ChangeEmailRequest" => json!({ "currentPassword": "a wrong password", "email": "intruder@example.com" }),
            "CredentialRequest" => json!({ "apiKey": "sk-of-an-intruder" }),
            "ProviderTestRequest" => json!({}),
            other => panic!("{}: teach Route::body the form {other}", self.name()),
        };
        (Some("application/json".to_owned()), body.to_string().into_bytes())
    }
}
