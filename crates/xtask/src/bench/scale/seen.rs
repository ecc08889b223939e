//! Consents of the list under measurement, read over HTTP: what the questions are made from.

use super::client::Client;

/// One consent, as `GET /consent` lists it. Texts that it does not have are empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) subject: String,
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) ip_address: String,
}

/// The generated consents lie in this time, in seconds since 1970: 2023-01-05 to 2026-01-01.
pub(super) const SPAN: [u64; 2] = [1_672_876_800, 1_767_225_600];

/// A moment of the span.
pub(super) fn moment(part: u64, parts: u64) -> u64 {
    SPAN[0] + (SPAN[1] - SPAN[0]) * part / parts
}

/// Consents given in forms, from `places` moments of the three years, ten each.
pub(super) fn look(client: &mut Client, places: u64) -> Result<Vec<Seen>, String> {
    let mut seen = Vec::new();
    for place in 1..=places {
        let to_time = moment(place, places);
        let (page, _) = client.get(&format!("/consent?limit=10&consent_type=null&to_time={to_time}"))?;
        seen.extend(items(&page).into_iter().map(read));
    }
    if seen.is_empty() { Err("the list of consents is empty".into()) } else { Ok(seen) }
}

/// The items of a JSON array.
pub(super) fn items(array: &str) -> Vec<&str> {
    let (mut depth, mut start, mut is_text, mut is_escaped) = (0_usize, 0, false, false);
    let mut items = Vec::new();
    for (place, byte) in array.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'{' | b'[' => {
                depth += 1;
                if depth == 2 {
                    start = place;
                }
            }
            b'}' | b']' => {
                if depth == 2 {
                    items.push(&array[start..=place]);
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    items
}

/// The id of an item.
pub(super) fn id(item: &str) -> String {
    text(item, "id")
}

/// The text under the first member of this name. Generated texts have no escapes.
fn text(json: &str, name: &str) -> String {
    let after = json.split_once(&format!("\"{name}\":\"")).map_or("", |(_, after)| after);
    after.split('"').next().unwrap_or_default().to_owned()
}

fn read(item: &str) -> Seen {
    let subject = item.split_once("\"subject\":").map_or("", |(_, subject)| subject);
    Seen {
        id: text(item, "id"),
        subject: text(subject, "id"),
        email: text(subject, "email"),
        first_name: text(subject, "first_name"),
        last_name: text(subject, "last_name"),
        ip_address: text(item, "ip_address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = r#"{"id":"c-1","source":"public","subject":{"id":"s-1","email":"a@b.example","first_name":"Ada","last_name":null},"preferences":{"text":"}]\"{"},"ip_address":null}"#;

    #[test]
    fn a_list_is_taken_apart_and_its_items_are_read() {
        let list = format!("[{ITEM},{ITEM}]");
        assert_eq!(items(&list), [ITEM, ITEM]);
        assert!(items("[]").is_empty());
        let texts = ["c-1", "s-1", "a@b.example", "Ada", "", ""].map(str::to_owned);
        let [id, subject, email, first_name, last_name, ip_address] = texts;
        assert_eq!(read(ITEM), Seen { id, subject, email, first_name, last_name, ip_address });
    }
}
