//! As much JSON as this function needs. Where a crate may be fetched, serde_json does all of it.

use std::str::Chars;

/// The first string member of that name, with what its escapes stand for.
pub fn string_member(json: &str, name: &str) -> Option<String> {
    let mut chars = json.chars();
    let mut last = None;
    let mut is_wanted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                let text = string(&mut chars)?;
                if is_wanted {
                    return Some(text);
                }
                last = Some(text);
            }
            ':' => is_wanted = last.take().as_deref() == Some(name),
            c if c.is_whitespace() => {}
            _ => is_wanted = false,
        }
    }
    None
}

/// The rest of a string whose opening quote has been read. JSON's `\u` escapes are units of UTF-16.
fn string(chars: &mut Chars) -> Option<String> {
    let mut units: Vec<u16> = Vec::new();
    loop {
        let c = match chars.next()? {
            '"' => return String::from_utf16(&units).ok(),
            '\\' => match chars.next()? {
                'u' => {
                    let digits: String = chars.take(4).collect();
                    units.push(u16::from_str_radix(&digits, 16).ok()?);
                    continue;
                }
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            },
            other => other,
        };
        units.extend(c.encode_utf16(&mut [0; 2]).iter());
    }
}

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c < ' ' => format!("\\u{:04x}", c as u32),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
