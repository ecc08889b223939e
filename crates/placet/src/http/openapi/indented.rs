//! JSON over several lines, so that people can read it and compare two versions.

use crate::domain::json::Json;

/// Values that fit in a line of this width stay on one.
pub(in crate::http) fn write(json: &Json<'_>, width: usize) -> String {
    let mut writer = Writer { out: String::new(), line_began: 0, width };
    writer.value(json, 0);
    writer.out
}

struct Writer {
    out: String,
    /// Where in the text the present line began.
    line_began: usize,
    width: usize,
}

impl Writer {
    fn value(&mut self, json: &Json<'_>, depth: usize) {
        let flat = json.to_string();
        let fits = self.out.len() - self.line_began + flat.len() < self.width;
        match json {
            Json::Object(members) if !fits => {
                self.lines(members, ('{', '}'), depth, |writer, (name, value)| {
                    Json::text(&**name).write(&mut writer.out);
                    writer.out.push_str(": ");
                    writer.value(value, depth + 1);
                });
            }
            Json::Array(items) if !fits => {
                self.lines(items, ('[', ']'), depth, |writer, item| writer.value(item, depth + 1));
            }
            _ => self.out.push_str(&flat),
        }
    }

    fn lines<T>(
        &mut self,
        items: &[T],
        (open, close): (char, char),
        depth: usize,
        write: impl Fn(&mut Writer, &T),
    ) {
        self.out.push(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.begin_line(depth + 1);
            write(self, item);
        }
        self.begin_line(depth);
        self.out.push(close);
    }

    fn begin_line(&mut self, depth: usize) {
        self.out.push('\n');
        self.line_began = self.out.len();
        self.out.push_str(&"  ".repeat(depth));
    }
}
