//! JSON over several lines, so that people can read it and compare two versions.

use crate::domain::json::Json;

/// Short values stay on one line.
const WIDTH: usize = 100;

pub(super) fn write(json: &Json<'_>) -> String {
    let mut out = String::new();
    append(json, 0, &mut out);
    out
}

fn append(json: &Json<'_>, depth: usize, out: &mut String) {
    let flat = json.to_string();
    if flat.len() + depth * 2 <= WIDTH {
        out.push_str(&flat);
        return;
    }
    match json {
        Json::Object(members) => lines(members, ('{', '}'), depth, out, |(name, value), out| {
            Json::text(&**name).write(out);
            out.push_str(": ");
            append(value, depth + 1, out);
        }),
        Json::Array(items) => {
            lines(items, ('[', ']'), depth, out, |item, out| append(item, depth + 1, out));
        }
        _ => out.push_str(&flat),
    }
}

fn lines<T>(
    items: &[T],
    (open, close): (char, char),
    depth: usize,
    out: &mut String,
    write: impl Fn(&T, &mut String),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        write(item, out);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(close);
}
