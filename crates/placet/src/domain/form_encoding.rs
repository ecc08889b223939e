//! `application/x-www-form-urlencoded` bodies in the bracket style of PHP and Rack, read into the same tree as JSON.
//!
//! `subject[email]=a%40b.example&legal_notices[][identifier]=terms&proofs[0][content]=x`

use std::borrow::Cow;
use std::collections::HashMap;

use super::json::{Json, MAX_DEPTH};

const MIXED: &str = "a field is given both as a value and as a group";

/// Reads a form body; every value is a string.
///
/// # Errors
/// What is wrong, for people.
pub fn parse(body: &str) -> Result<Json<'static>, &'static str> {
    let mut root = Node::default();
    for pair in body.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let path = path(&decode(name)?)?;
        root.insert(&path, decode(value)?)?;
    }
    Ok(root.into_object())
}

/// One step of `a[b][]`: a name, or the next place of a list.
#[derive(Debug, PartialEq)]
enum Step {
    Name(String),
    Next,
}

fn path(name: &str) -> Result<Vec<Step>, &'static str> {
    let (first, mut rest) = name.split_at(name.find('[').unwrap_or(name.len()));
    let mut steps = vec![Step::Name(first.to_owned())];
    while let Some(inside) = rest.strip_prefix('[') {
        let (step, after) = inside.split_once(']').ok_or("a field name has an unclosed bracket")?;
        steps.push(if step.is_empty() { Step::Next } else { Step::Name(step.to_owned()) });
        rest = after;
    }
    if !rest.is_empty() || first.is_empty() {
        return Err("a field name has text outside its brackets");
    }
    if steps.len() > MAX_DEPTH { Err("nested deeper than 64 levels") } else { Ok(steps) }
}

/// Among fewer children, one is found by looking at each.
const FEW: usize = 16;

#[derive(Default)]
struct Node {
    value: Option<String>,
    children: Vec<(String, Node)>,
    /// Where each child is, once there are more than a few: a body may name as many as it has room for.
    places: HashMap<String, usize>,
    /// True once a child was named by `[]`.
    is_list: bool,
}

impl Node {
    fn insert(&mut self, path: &[Step], value: String) -> Result<(), &'static str> {
        let Some((step, rest)) = path.split_first() else {
            // Of a repeated field the last counts: a page has a hidden one in case a box is not checked.
            return if self.children.is_empty() {
                self.value = Some(value);
                Ok(())
            } else {
                Err(MIXED)
            };
        };
        if self.value.is_some() {
            return Err(MIXED);
        }
        let index = match step {
            Step::Name(name) => self.child(name),
            Step::Next => self.next_child(rest),
        };
        self.children[index].1.insert(rest, value)
    }

    fn child(&mut self, name: &str) -> usize {
        self.place(name).unwrap_or_else(|| self.add(name.to_owned()))
    }

    fn place(&self, name: &str) -> Option<usize> {
        if self.places.is_empty() {
            return self.children.iter().position(|(key, _)| key == name);
        }
        self.places.get(name).copied()
    }

    fn add(&mut self, name: String) -> usize {
        let index = self.children.len();
        if index == FEW {
            let places = self.children.iter().enumerate().map(|(index, (name, _))| (name.clone(), index));
            self.places.extend(places);
        }
        if index >= FEW {
            self.places.insert(name.clone(), index);
        }
        self.children.push((name, Node::default()));
        index
    }

    /// `a[][x]=1&a[][y]=2&a[][x]=3` makes two items: a new one begins when the field is already there.
    fn next_child(&mut self, rest: &[Step]) -> usize {
        self.is_list = true;
        match (self.children.last(), rest.first()) {
            (Some((_, last)), Some(Step::Name(name))) if !last.has(name) => self.children.len() - 1,
            _ => self.add(self.children.len().to_string()),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.value.is_some() || self.place(name).is_some()
    }

    fn is_array(&self) -> bool {
        let numbered = || self.children.iter().enumerate().all(|(index, (key, _))| *key == index.to_string());
        !self.children.is_empty() && (self.is_list || numbered())
    }

    fn into_json(self) -> Json<'static> {
        if self.is_array() {
            Json::Array(self.children.into_iter().map(|(_, node)| node.into_json()).collect())
        } else if let Some(value) = self.value {
            Json::text(value)
        } else {
            self.into_object()
        }
    }

    fn into_object(self) -> Json<'static> {
        Json::Object(
            self.children.into_iter().map(|(name, node)| (Cow::Owned(name), node.into_json())).collect(),
        )
    }
}

/// Undoes percent-encoding; `+` is a space.
///
/// # Errors
/// When the result is not UTF-8.
pub fn decode(text: &str) -> Result<String, &'static str> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'+', _) => out.push(b' '),
            (b'%', [high, low, ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(nibble(*high) << 4 | nibble(*low));
                rest = &after[2..];
            }
            _ => out.push(*byte),
        }
    }
    String::from_utf8(out).map_err(|_| "is not UTF-8")
}

/// A value as it stands in a query string.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.extend([byte >> 4, byte & 15].map(hex_digit));
            }
        }
    }
    out
}

fn hex_digit(nibble: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(nibble)])
}

/// The value of a hex digit; callers have checked that it is one.
fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit - b'A' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(body: &str) -> String {
        parse(body).unwrap().to_string()
    }

    #[test]
    fn brackets_make_objects_and_lists() {
        assert_eq!(
            read("subject[email]=a%40b.example&preferences[newsletter]=true&proofs[0][content]=x+y"),
            r#"{"subject":{"email":"a@b.example"},"preferences":{"newsletter":"true"},"proofs":[{"content":"x y"}]}"#
        );
    }

    #[test]
    fn both_list_styles_are_read_and_a_repeated_field_begins_the_next_item() {
        assert_eq!(
            read("n[][identifier]=terms&n[][version]=1&n[][identifier]=privacy_policy"),
            r#"{"n":[{"identifier":"terms","version":"1"},{"identifier":"privacy_policy"}]}"#
        );
        assert_eq!(read("n[1]=b&n[0]=a"), r#"{"n":{"1":"b","0":"a"}}"#);
        assert_eq!(read("n[]=a&n[]=b"), r#"{"n":["a","b"]}"#);
    }

    #[test]
    fn of_a_repeated_field_the_last_counts() {
        assert_eq!(read("a[b]=0&c=1&a[b]=1"), r#"{"a":{"b":"1"},"c":"1"}"#);
    }

    #[test]
    fn many_fields_are_told_apart_like_few() {
        let name = |number: usize| number % 40;
        let body: Vec<String> = (0..80).map(|number| format!("a[x{}]={number}", name(number))).collect();
        let members: Vec<String> =
            (40..80).map(|number| format!(r#""x{}":"{number}""#, name(number))).collect();
        assert_eq!(read(&body.join("&")), format!(r#"{{"a":{{{}}}}}"#, members.join(",")));
        let list: Vec<String> = (0..40).map(|number| format!("a[][x]={number}&a[][y]={number}")).collect();
        assert_eq!(parse(&list.join("&")).unwrap().get("a").unwrap().items().len(), 40);
    }

    #[test]
    fn contradictions_are_refused() {
        for body in ["a=1&a[b]=2", "a[b]=1&a=2", "a[b=1", "a[b]c=1", "[a]=1", "a=%ff"] {
            assert!(parse(body).is_err(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_again(text in ".{0,20}") {
            prop_assert_eq!(decode(&encode(&text)), Ok(text));
        }

        #[test]
        fn never_panics(body in "[a-c\\[\\]=&%+0-9]{0,60}") {
            let _ = parse(&body);
        }
    }
}
