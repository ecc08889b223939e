//! The description of the HTTP API, made from the route table: OpenAPI 3.1. What it says of an operation stands next
//! to that operation's handler, in a file `describe.rs`.

mod field;
mod indented;
mod operation;
mod refusal;
pub(in crate::http) mod schema;

use std::collections::BTreeMap;

pub(in crate::http) use field::{Field, fields_of, kind_of};
pub(in crate::http) use indented::write as indented;
pub(in crate::http) use operation::{Answer, Caller, FORM, JSON, MULTIPART, Operation, Parameter};
pub(in crate::http) use refusal::{Statement, statements};
use schema::Named;
pub(in crate::http) use schema::Schema;

use super::route::{Area, Route};
use crate::domain::json::{Json, Member};

/// Width of examples on the reference page.
pub(in crate::http) const EXAMPLE_WIDTH: usize = 58;

/// The description as text, indented for people.
pub(super) fn text(table: Vec<(Area, Vec<Route>)>) -> String {
    indented(&document(table), 100)
}

pub(in crate::http) const INFO: &str = "Consent you can prove: records of consent, cookie banners, and the proof of both.\n\nA 200 to a write means that it is on disk. A 503, or no answer, means that it should be sent again. Members may be added to answers in later releases; none will go.\n\nWhere the operator has set limits, every answer of the three APIs that keys open has `X-RateLimit-Limit-Second` and `X-RateLimit-Remaining-Second`, and the same for each other window.";

fn document(table: Vec<(Area, Vec<Route>)>) -> Json<'static> {
    let mut parts = Parts::default();
    let mut paths: Vec<Member<'static>> = Vec::new();
    for (area, routes) in table {
        for route in routes {
            paths.push((template(route.path).into(), parts.path_item(area, route)));
        }
    }
    Json::object([
        ("openapi", Json::text("3.1.1")),
        ("info", info()),
        ("servers", servers(&["/"])),
        ("tags", Json::Array(Area::ALL.into_iter().map(tag).collect())),
        ("paths", Json::Object(paths)),
        ("components", parts.components()),
    ])
}

fn info() -> Json<'static> {
    Json::object([
        ("title", Json::text("Placet")),
        ("version", Json::text(env!("CARGO_PKG_VERSION"))),
        ("description", Json::text(INFO)),
        (
            "license",
            Json::object([("name", Json::text("Apache-2.0")), ("identifier", Json::text("Apache-2.0"))]),
        ),
    ])
}

fn servers(urls: &[&'static str]) -> Json<'static> {
    Json::Array(urls.iter().map(|url| Json::object([("url", Json::text(*url))])).collect())
}

/// The path as OpenAPI spells it: a rest of any depth is a part like others.
fn template(path: &'static str) -> String {
    path.replace("{*", "{")
}

impl Area {
    pub(super) const ALL: [Area; 6] =
        [Area::Consent, Area::Widget, Area::Management, Area::Scripts, Area::Pages, Area::Operators];

    pub(super) fn title(self) -> &'static str {
        match self {
            Area::Consent => "Consent API",
            Area::Widget => "Widget API",
            Area::Management => "Management API",
            Area::Scripts => "Scripts",
            Area::Pages => "Pages",
            Area::Operators => "Operators",
        }
    }

    pub(super) fn says(self) -> &'static str {
        match self {
            Area::Consent => {
                "For programs and the form library, with a key in the header `ApiKey`. Every path also exists under `/beta`; trailing and doubled slashes do not matter."
            }
            Area::Widget => {
                "For the widget, and for native apps that show their own, with a public key as `?key=`. Answers, refusals too, can be read by the page that asked."
            }
            Area::Management => {
                "For the dashboard and for programs, with a private key or a member's session. Refusals are `application/problem+json`."
            }
            Area::Scripts => "What pages load. Several names lead to the same file.",
            Area::Pages => "What people see; they work without JavaScript, except for the dashboard.",
            Area::Operators => "For load balancers and those who watch the server.",
        }
    }

    /// Names of the security schemes, any of which will do.
    fn schemes(self) -> &'static [&'static str] {
        match self {
            Area::Consent => &["ApiKey"],
            Area::Widget => &["PublicKey"],
            Area::Management => &["ApiKey", "Bearer", "Session"],
            Area::Scripts | Area::Pages | Area::Operators => &[],
        }
    }
}

fn tag(area: Area) -> Json<'static> {
    Json::object([("name", Json::text(area.title())), ("description", Json::text(area.says()))])
}

/// What stands once and is referred to.
#[derive(Default)]
struct Parts {
    schemas: Named,
    responses: BTreeMap<String, Json<'static>>,
}

impl Parts {
    fn path_item(&mut self, area: Area, route: Route) -> Json<'static> {
        let mut members: Vec<Member<'static>> = Vec::new();
        if area == Area::Consent {
            members.push(("servers".into(), servers(&["/", "/beta"])));
        }
        for (method, describe) in route.operations {
            let id = operation_id(method, route.path);
            members.push((method.into(), self.operation(area, method, id, describe())));
        }
        Json::Object(members)
    }

    fn operation(
        &mut self,
        area: Area,
        method: &'static str,
        id: String,
        operation: Operation,
    ) -> Json<'static> {
        let refusals = refusals(area, method, &operation);
        let Operation { summary, description, parameters, body, answers, refusals: _, caller } = operation;
        let mut members: Vec<Member<'static>> = vec![
            ("operationId".into(), Json::text(id)),
            ("tags".into(), Json::Array(vec![Json::text(area.title())])),
            ("summary".into(), Json::text(summary)),
        ];
        members.extend(description.map(|says| ("description".into(), Json::text(says))));
        members.push(("security".into(), security(area, caller)));
        if !parameters.is_empty() {
            let parameters = parameters.into_iter().map(|parameter| self.parameter(parameter));
            members.push(("parameters".into(), Json::Array(parameters.collect())));
        }
        if !body.is_empty() {
            let content = body.into_iter().map(|(kind, schema)| (kind.into(), self.content(schema)));
            let content = Json::Object(content.collect());
            members.push((
                "requestBody".into(),
                Json::object([("required", Json::Bool(true)), ("content", content)]),
            ));
        }
        members.push(("responses".into(), self.responses(area, answers, &refusals)));
        Json::Object(members)
    }

    fn parameter(&mut self, parameter: Parameter) -> Json<'static> {
        let Parameter { place, name, schema, says } = parameter;
        let example = schema.example().clone();
        Json::object([
            ("name", Json::text(name)),
            ("in", Json::text(place)),
            ("required", Json::Bool(place == "path")),
            ("description", Json::text(says)),
            ("schema", schema.write(&mut self.schemas)),
            ("example", example),
        ])
    }

    fn content(&mut self, schema: Schema) -> Json<'static> {
        let example = schema.example().clone();
        Json::object([("schema", schema.write(&mut self.schemas)), ("example", example)])
    }

    fn responses(&mut self, area: Area, answers: Vec<Answer>, refusals: &[u16]) -> Json<'static> {
        let mut members: Vec<Member<'static>> = Vec::new();
        for answer in answers {
            members.push((answer.status.to_string().into(), self.answer(answer)));
        }
        for status in refusals {
            let Some(name) = refusal::name(area, *status) else { continue };
            if !self.responses.contains_key(&name)
                && let Some(response) = refusal::response(area, *status, &mut self.schemas)
            {
                self.responses.insert(name.clone(), response);
            }
            let reference = Json::text(format!("#/components/responses/{name}"));
            members.push((status.to_string().into(), Json::object([("$ref", reference)])));
        }
        Json::Object(members)
    }

    fn answer(&mut self, answer: Answer) -> Json<'static> {
        let Answer { status: _, says, content, headers } = answer;
        let mut members: Vec<Member<'static>> = vec![("description".into(), Json::text(says))];
        if !headers.is_empty() {
            let header = |(name, schema, says): (&'static str, Schema, &'static str)| {
                let schema = schema.write(&mut self.schemas);
                (name.into(), Json::object([("description", Json::text(says)), ("schema", schema)]))
            };
            members.push(("headers".into(), Json::Object(headers.into_iter().map(header).collect())));
        }
        if let Some((kind, schema)) = content {
            members.push(("content".into(), Json::Object(vec![(kind.into(), self.content(schema))])));
        }
        Json::Object(members)
    }

    fn components(self) -> Json<'static> {
        let Parts { schemas, responses } = self;
        let schemas = schemas.into_iter().map(|(name, schema)| (name.into(), schema));
        let responses = responses.into_iter().map(|(name, response)| (name.into(), response));
        Json::object([
            ("schemas", Json::Object(schemas.collect())),
            ("responses", Json::Object(responses.collect())),
            ("securitySchemes", security_schemes()),
        ])
    }
}

/// `getConsentById` for `GET /consent/{id}`.
pub(in crate::http) fn operation_id(method: &str, path: &str) -> String {
    let mut id = method.to_owned();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let name = segment.trim_matches(['{', '}', '*']);
        if segment.starts_with('{') {
            id.push_str("By");
        }
        for word in name.split(|c: char| !c.is_ascii_alphanumeric()) {
            let (first, rest) = word.split_at(word.len().min(1));
            id.push_str(&first.to_ascii_uppercase());
            id.push_str(rest);
        }
    }
    id
}

/// All statuses of refusals, sorted.
pub(in crate::http) fn refusals(area: Area, method: &str, operation: &Operation) -> Vec<u16> {
    let mut statuses = operation.refusals.clone();
    let is_keyed = operation.caller != Caller::Anyone && area.is_keyed();
    if is_keyed && method != "options" {
        statuses.extend([401, 403, 429, 503]);
    }
    if !operation.body.is_empty() && area != Area::Pages {
        statuses.extend([400, 413]);
    }
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn security(area: Area, caller: Caller) -> Json<'static> {
    let schemes = match caller {
        Caller::OfArea | Caller::AnyKey => area.schemes(),
        Caller::MemberOnly => &["Session"],
        Caller::Anyone => &[],
    };
    Json::Array(schemes.iter().map(|name| Json::object([(*name, Json::Array(Vec::new()))])).collect())
}

fn security_schemes() -> Json<'static> {
    let key = |place, name, says| {
        Json::object([
            ("type", Json::text("apiKey")),
            ("in", Json::text(place)),
            ("name", Json::text(name)),
            ("description", Json::text(says)),
        ])
    };
    let bearer = Json::object([
        ("type", Json::text("http")),
        ("scheme", Json::text("bearer")),
        ("description", Json::text("A private key.")),
    ]);
    Json::object([
        ("ApiKey", key("header", "ApiKey", "A private key; for `POST /public/consent` a public one.")),
        ("PublicKey", key("query", "key", "A public key.")),
        ("Bearer", bearer),
        (
            "Session",
            key("cookie", "__Host-placet", "The session of a signed-in member; `placet` without TLS."),
        ),
    ])
}
