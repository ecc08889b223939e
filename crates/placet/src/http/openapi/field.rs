//! The members of a schema as a flat list, for people: `subject.email`, `proofs[].form`.

use super::schema::{Named, Schema};
use crate::domain::json::Json;

/// A member at any depth.
pub(in crate::http) struct Field {
    pub(in crate::http) name: String,
    /// What it may be, in words.
    pub(in crate::http) kind: String,
    pub(in crate::http) is_required: bool,
    pub(in crate::http) says: Option<String>,
}

/// What a value of this schema may be, in words.
pub(in crate::http) fn kind_of(schema: &Schema) -> String {
    let mut named = Named::new();
    let written = schema.clone().write(&mut named);
    Walk { named: &named, found: Vec::new() }.kind(&written)
}

/// All members, outer ones before those inside.
pub(in crate::http) fn fields_of(schema: &Schema) -> Vec<Field> {
    let mut named = Named::new();
    let written = schema.clone().write(&mut named);
    let mut walk = Walk { named: &named, found: Vec::new() };
    walk.members(&written, "");
    walk.found
}

struct Walk<'n> {
    named: &'n Named,
    found: Vec<Field>,
}

impl<'n> Walk<'n> {
    /// What a name stands for.
    fn resolve<'s>(&self, schema: &'s Json<'static>) -> &'s Json<'static>
    where
        'n: 's,
    {
        let name = text(schema, "$ref").and_then(|reference| reference.rsplit('/').next());
        name.and_then(|name| self.named.get(name)).unwrap_or(schema)
    }

    fn members(&mut self, schema: &Json<'static>, prefix: &str) {
        let schema = self.resolve(schema);
        // Of several shapes the first is told; the others are said in the words of the kind.
        if let Some(first) = schema.get("anyOf").and_then(|choices| choices.items().first()) {
            return self.members(first, prefix);
        }
        if let Some(items) = schema.get("items") {
            return self.members(items, &format!("{}[].", prefix.trim_end_matches('.')));
        }
        let required = schema.get("required").map_or(&[][..], Json::items);
        for (name, member) in schema.get("properties").map_or(&[][..], Json::members) {
            let is_required = required.iter().any(|required| required.as_str() == Some(name));
            let says = text(member, "description").map(str::to_owned);
            let name = format!("{prefix}{name}");
            self.found.push(Field { name: name.clone(), kind: self.kind(member), is_required, says });
            self.members(member, &format!("{name}."));
        }
    }

    fn kind(&self, schema: &Json<'static>) -> String {
        let schema = self.resolve(schema);
        if let Some(choices) = schema.get("anyOf") {
            let mut kinds: Vec<String> = choices.items().iter().map(|choice| self.kind(choice)).collect();
            kinds.dedup();
            return kinds.join(" or ");
        }
        if let Some(words) = schema.get("enum") {
            return words.items().iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        }
        match schema.get("type") {
            Some(Json::Array(types)) => {
                let words = types.iter().filter_map(Json::as_str).map(|kind| self.word(kind, schema));
                words.collect::<Vec<_>>().join(" or ")
            }
            Some(kind) => self.word(kind.as_str().unwrap_or_default(), schema),
            None => "any value".into(),
        }
    }

    fn word(&self, kind: &str, schema: &Json<'static>) -> String {
        match (kind, text(schema, "format")) {
            ("string", Some("uuid")) => "UUID".into(),
            ("string", Some("date-time")) => "time".into(),
            ("string", _) => "text".into(),
            ("integer", _) => number(schema),
            ("boolean", _) => "true or false".into(),
            ("array", _) => match schema.get("items") {
                Some(items) => format!("list of {}", many(&self.kind(items))),
                None => "list".into(),
            },
            (other, _) => other.into(),
        }
    }
}

fn many(kind: &str) -> String {
    match kind {
        "object" | "text" | "UUID" | "number" => format!("{kind}s"),
        other => other.to_owned(),
    }
}

fn number(schema: &Json<'static>) -> String {
    match (schema.get("minimum"), schema.get("maximum")) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        _ => "number".into(),
    }
}

fn text<'s>(schema: &'s Json<'static>, keyword: &str) -> Option<&'s str> {
    schema.get(keyword).and_then(Json::as_str)
}
