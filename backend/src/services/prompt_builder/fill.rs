//! Texts with names in braces.

/// The text with each `{name}` replaced by its value, in one pass: braces in a value mean nothing. What is no known name
/// stays as it is.
#[must_use]
pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((value(name)?, after))) {
            Some((value, after)) => {
                filled.push_str(&value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The names in a text, as often as they stand there.
#[must_use]
pub fn names(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_never_looked_at_again() {
        let value = |name: &str| match name {
            "prompt" => Some("{light} and {prompt}".to_owned()),
            "light" => Some("dusk".to_owned()),
            _ => None,
        };
        assert_eq!(fill("{prompt} at {light}, {other} {", value), "{light} and {prompt} at dusk, {other} {");
        assert_eq!(names("{prompt} at {light} {"), ["prompt", "light"]);
    }
}
