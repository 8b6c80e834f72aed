//! Multipart forms as browsers send them.

const BOUNDARY: &str = "edge-of-a-part";

/// One part of a form.
pub struct Part<'a> {
    /// The field.
    pub field: &'a str,
    /// The name of the file, when it is one.
    pub name: Option<&'a str>,
    /// Its contents.
    pub bytes: &'a [u8],
}

/// `Content-Type` and body of a form with these files in the field `file`.
pub fn files(files: &[(&str, &[u8])]) -> (String, Vec<u8>) {
    let parts: Vec<Part<'_>> = files.iter().map(|(name, bytes)| Part { field: "file", name: Some(name), bytes }).collect();
    form(&parts)
}

/// `Content-Type` and body of a form with these parts.
pub fn form(parts: &[Part<'_>]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for Part { field, name, bytes } in parts {
        let file_name = name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"{file_name}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
