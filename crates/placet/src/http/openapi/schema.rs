//! JSON Schema, as far as our bodies need it. Every schema has an example, and the example of an object is made of
//! those of its members, so that no example is written twice.

use std::collections::BTreeMap;

use crate::domain::json::{Json, Member};

/// A schema.
#[derive(Clone)]
pub(in crate::http) struct Schema {
    keywords: Vec<Member<'static>>,
    example: Json<'static>,
    named: Named,
}

/// Schemas that stand once in the description, under their name.
pub(super) type Named = BTreeMap<&'static str, Json<'static>>;

fn typed(kind: &'static str, example: Json<'static>) -> Schema {
    Schema { keywords: vec![("type".into(), Json::text(kind))], example, named: Named::new() }
}

/// A text.
pub(in crate::http) fn text(example: &'static str) -> Schema {
    typed("string", Json::text(example))
}

/// A UUID.
pub(in crate::http) fn uuid(example: &'static str) -> Schema {
    text(example).with("format", Json::text("uuid"))
}

/// A moment, in the spelling of the example.
pub(in crate::http) fn time(example: &'static str) -> Schema {
    text(example).with("format", Json::text("date-time"))
}

/// One of these words; the first is the example.
pub(in crate::http) fn word(words: &[&'static str]) -> Schema {
    let example = words.first().copied().unwrap_or_default();
    text(example).with("enum", Json::Array(words.iter().map(|word| Json::text(*word)).collect()))
}

/// `sha256:` and 64 hexadecimal digits.
pub(in crate::http) fn digest() -> Schema {
    text("sha256:efc83570f63640c4e9c43d5ff00eb3887a547e0ec54428f335165a4774c5a2dc")
        .with("pattern", Json::text("^sha256:[0-9a-f]{64}$"))
}

/// So many bytes in hexadecimal digits.
pub(in crate::http) fn hex(bytes: usize) -> Schema {
    let example = "729e2f436d359e13f923d1e02ecd6e04f04001425b2fbf194df17c122d170230ab";
    let digits = bytes * 2;
    text(example.get(..digits).unwrap_or(example))
        .with("pattern", Json::text(format!("^[0-9a-f]{{{digits}}}$")))
}

/// A whole number.
pub(in crate::http) fn int(example: i64) -> Schema {
    typed("integer", Json::int(example))
}

/// True or false.
pub(in crate::http) fn flag(example: bool) -> Schema {
    typed("boolean", Json::Bool(example))
}

/// Any JSON value.
pub(in crate::http) fn any(example: Json<'static>) -> Schema {
    Schema { keywords: Vec::new(), example, named: Named::new() }
}

/// Always null.
pub(in crate::http) fn null() -> Schema {
    typed("null", Json::Null)
}

/// A list, with one item as its example.
pub(in crate::http) fn list(item: Schema) -> Schema {
    let example = Json::Array(vec![item.example.clone()]);
    typed("array", example).holding("items", item)
}

/// An object whose members are all there: what an answer is made of. Further members may follow in later releases.
pub(in crate::http) fn object<const N: usize>(members: [(&'static str, Schema); N]) -> Schema {
    members.into_iter().fold(typed("object", Json::Object(Vec::new())), Schema::and)
}

/// An object whose members may be left out: what a request is made of.
pub(in crate::http) fn input<const N: usize>(members: [(&'static str, Schema); N]) -> Schema {
    members.into_iter().fold(typed("object", Json::Object(Vec::new())), Schema::and_perhaps)
}

/// An object with any names, and values of one kind.
pub(in crate::http) fn map(name: &'static str, value: Schema) -> Schema {
    let example = Json::object([(name, value.example.clone())]);
    typed("object", example).holding("additionalProperties", value)
}

/// One of several; the first is the example.
pub(in crate::http) fn either<const N: usize>(choices: [Schema; N]) -> Schema {
    let example = choices.first().map_or(Json::Null, |first| first.example.clone());
    let mut schema = any(example);
    let mut written = Vec::new();
    for Schema { keywords, example, named } in choices {
        written.push(with_example(keywords, example));
        schema.named.extend(named);
    }
    schema.with("anyOf", Json::Array(written))
}

/// Leaves show an example; what is made of them does not repeat it.
fn with_example(mut keywords: Vec<Member<'static>>, example: Json<'static>) -> Json<'static> {
    let is_leaf = !matches!(example, Json::Object(_) | Json::Array(_) | Json::Null);
    let is_told = |(name, _): &Member<'_>| matches!(&**name, "enum" | "const" | "$ref" | "anyOf");
    if is_leaf && !keywords.iter().any(is_told) {
        keywords.push(("examples".into(), Json::Array(vec![example])));
    }
    Json::Object(keywords)
}

impl Schema {
    /// Adds a keyword.
    pub(in crate::http) fn with(mut self, keyword: &'static str, value: Json<'static>) -> Schema {
        self.keywords.push((keyword.into(), value));
        self
    }

    fn holding(mut self, keyword: &'static str, inner: Schema) -> Schema {
        let Schema { keywords, example, named } = inner;
        self.named.extend(named);
        self.with(keyword, with_example(keywords, example))
    }

    /// Adds what people should know.
    pub(in crate::http) fn says(self, description: &'static str) -> Schema {
        self.with("description", Json::text(description))
    }

    /// The members that must be there.
    pub(in crate::http) fn needs(self, names: &[&'static str]) -> Schema {
        names.iter().fold(self, |schema, name| schema.needs_one(name))
    }

    fn needs_one(mut self, name: &'static str) -> Schema {
        if let Json::Array(names) = self.keyword("required", Json::Array(Vec::new())) {
            names.push(Json::text(name));
        }
        self
    }

    /// Adds a member that is always there.
    pub(in crate::http) fn and(self, member: (&'static str, Schema)) -> Schema {
        let name = member.0;
        self.and_perhaps(member).needs_one(name)
    }

    /// Adds a member that may be left out.
    pub(in crate::http) fn and_perhaps(mut self, (name, schema): (&'static str, Schema)) -> Schema {
        let Schema { keywords, example, named } = schema;
        if let Json::Object(members) = &mut self.example {
            members.push((name.into(), example.clone()));
        }
        if let Json::Object(properties) = self.keyword("properties", Json::Object(Vec::new())) {
            properties.push((name.into(), with_example(keywords, example)));
        }
        self.named.extend(named);
        self
    }

    /// Adds members with other names, all of one kind.
    pub(in crate::http) fn others(self, value: Schema) -> Schema {
        self.holding("additionalProperties", value)
    }

    /// The value of a keyword, which is added if it is not there.
    fn keyword(&mut self, keyword: &'static str, absent: Json<'static>) -> &mut Json<'static> {
        let place = self.keywords.iter().position(|(known, _)| known == keyword).unwrap_or_else(|| {
            self.keywords.push((keyword.into(), absent));
            self.keywords.len() - 1
        });
        &mut self.keywords[place].1
    }

    /// The least and greatest number.
    pub(in crate::http) fn within(self, least: i64, most: i64) -> Schema {
        self.with("minimum", Json::int(least)).with("maximum", Json::int(most))
    }

    /// The most characters.
    pub(in crate::http) fn at_most(self, characters: i64) -> Schema {
        self.with("maxLength", Json::int(characters))
    }

    /// The most items.
    pub(in crate::http) fn up_to(self, items: i64) -> Schema {
        self.with("maxItems", Json::int(items))
    }

    /// Another example.
    pub(in crate::http) fn like(mut self, example: Json<'static>) -> Schema {
        self.example = example;
        self
    }

    /// The same, or null.
    pub(in crate::http) fn or_null(mut self) -> Schema {
        for (name, value) in &mut self.keywords {
            match (&**name, value) {
                ("type", kind) => *kind = Json::Array(vec![kind.clone(), Json::text("null")]),
                ("enum", Json::Array(words)) => words.push(Json::Null),
                ("anyOf", Json::Array(choices)) => choices.push(Json::object([("type", Json::text("null"))])),
                ("$ref", _) => return either([self, null()]),
                _ => {}
            }
        }
        self
    }

    /// The same, or null, with null as the example.
    pub(in crate::http) fn null_or(self) -> Schema {
        self.or_null().like(Json::Null)
    }

    /// Stands once in the description, under this name; where it is used, its name stands.
    pub(in crate::http) fn named(self, name: &'static str) -> Schema {
        let Schema { keywords, example, mut named } = self;
        named.insert(name, Json::Object(keywords));
        let reference = Json::text(format!("#/components/schemas/{name}"));
        Schema { keywords: vec![("$ref".into(), reference)], example, named }
    }

    /// The example.
    pub(in crate::http) fn example(&self) -> &Json<'static> {
        &self.example
    }

    /// The schema as JSON; what it names goes to `named`.
    pub(super) fn write(self, named: &mut Named) -> Json<'static> {
        named.extend(self.named);
        Json::Object(self.keywords)
    }
}
