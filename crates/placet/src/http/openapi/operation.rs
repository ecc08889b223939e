//! What a handler takes and gives, said next to the handler in a `describe.rs`.

use super::schema::Schema;

pub(in crate::http) const JSON: &str = "application/json";
pub(in crate::http) const FORM: &str = "application/x-www-form-urlencoded";
pub(in crate::http) const MULTIPART: &str = "multipart/form-data";

/// One method of one path.
pub(in crate::http) struct Operation {
    pub(in crate::http) summary: &'static str,
    pub(in crate::http) description: Option<&'static str>,
    pub(in crate::http) parameters: Vec<Parameter>,
    /// Content types and schemas of the body, if there is one.
    pub(in crate::http) body: Vec<(&'static str, Schema)>,
    pub(in crate::http) answers: Vec<Answer>,
    /// Statuses of refusals besides those that every operation of its area has.
    pub(in crate::http) refusals: Vec<u16>,
    pub(in crate::http) caller: Caller,
}

/// Who may call, where that differs from the rest of the area.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Caller {
    OfArea,
    /// A public key as well as a private one.
    AnyKey,
    MemberOnly,
    Anyone,
}

pub(in crate::http) struct Parameter {
    /// `path`, `query` or `header`.
    pub(in crate::http) place: &'static str,
    pub(in crate::http) name: &'static str,
    pub(in crate::http) schema: Schema,
    pub(in crate::http) says: &'static str,
}

pub(in crate::http) struct Answer {
    pub(in crate::http) status: u16,
    pub(in crate::http) says: &'static str,
    pub(in crate::http) content: Option<(&'static str, Schema)>,
    /// Name, schema and meaning of each header worth knowing.
    pub(in crate::http) headers: Vec<(&'static str, Schema, &'static str)>,
}

impl Operation {
    /// Begins with what it does, in a few words: `List consents`.
    pub(in crate::http) fn new(summary: &'static str) -> Operation {
        Operation {
            summary,
            description: None,
            parameters: Vec::new(),
            body: Vec::new(),
            answers: Vec::new(),
            refusals: Vec::new(),
            caller: Caller::OfArea,
        }
    }

    /// What else a caller must know.
    pub(in crate::http) fn says(mut self, description: &'static str) -> Operation {
        self.description = Some(description);
        self
    }

    /// A part of the path; its name is the one between the braces.
    pub(in crate::http) fn path(self, name: &'static str, schema: Schema, says: &'static str) -> Operation {
        self.parameter("path", name, schema, says)
    }

    /// A parameter of the query; none is required.
    pub(in crate::http) fn query(self, name: &'static str, schema: Schema, says: &'static str) -> Operation {
        self.parameter("query", name, schema, says)
    }

    /// A header of the request; none is required.
    pub(in crate::http) fn header(self, name: &'static str, schema: Schema, says: &'static str) -> Operation {
        self.parameter("header", name, schema, says)
    }

    fn parameter(
        mut self,
        place: &'static str,
        name: &'static str,
        schema: Schema,
        says: &'static str,
    ) -> Operation {
        self.parameters.push(Parameter { place, name, schema, says });
        self
    }

    /// A body. Called twice, the body may be either.
    pub(in crate::http) fn takes(mut self, content_type: &'static str, schema: Schema) -> Operation {
        self.body.push((content_type, schema));
        self
    }

    /// 200 with JSON.
    pub(in crate::http) fn gives(self, says: &'static str, schema: Schema) -> Operation {
        self.gives_content(200, says, JSON, schema)
    }

    /// An answer with content of some type.
    pub(in crate::http) fn gives_content(
        mut self,
        status: u16,
        says: &'static str,
        content_type: &'static str,
        schema: Schema,
    ) -> Operation {
        let content = Some((content_type, schema));
        self.answers.push(Answer { status, says, content, headers: Vec::new() });
        self
    }

    /// An answer without a body.
    pub(in crate::http) fn gives_nothing(mut self, status: u16, says: &'static str) -> Operation {
        self.answers.push(Answer { status, says, content: None, headers: Vec::new() });
        self
    }

    /// A header of the answer given last.
    pub(in crate::http) fn with_header(
        mut self,
        name: &'static str,
        schema: Schema,
        says: &'static str,
    ) -> Operation {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.push((name, schema, says));
        }
        self
    }

    /// Refusals that it has besides those of its area (401, 403, 429, 503 where there is a key) and, with a body, 400 and 413.
    pub(in crate::http) fn refuses(mut self, statuses: &[u16]) -> Operation {
        self.refusals.extend(statuses);
        self
    }

    /// For public keys as well as private ones.
    pub(in crate::http) fn for_any_key(mut self) -> Operation {
        self.caller = Caller::AnyKey;
        self
    }

    /// Only for signed-in members.
    pub(in crate::http) fn for_members(mut self) -> Operation {
        self.caller = Caller::MemberOnly;
        self
    }

    /// Without a key or a session.
    pub(in crate::http) fn for_anyone(mut self) -> Operation {
        self.caller = Caller::Anyone;
        self
    }
}
