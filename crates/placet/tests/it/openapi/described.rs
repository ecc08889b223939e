//! The description as a test reads it, and requests made from its examples.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::app::{PASSWORD, Site};
use crate::client::{Answer, Request};
use crate::{document, widget};

/// The id of consents in examples; the server chooses the real ones.
const EXAMPLE_ID: &str = "01a1fff6-d877-7c29-b306-05425bf5b5d5";
/// The id of keys in examples.
const EXAMPLE_KEY: &str = "8e03978e40d5";
/// The id of documents in examples.
const EXAMPLE_DOCUMENT: &str = "01a20078-e658-77d7-ae6a-33491e28ee67";
const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "options"];

pub(crate) struct Description(Value);

/// One method of one path.
pub(crate) struct Operation<'d> {
    pub(crate) path: &'d str,
    pub(crate) method: &'d str,
    pub(crate) value: &'d Value,
}

impl fmt::Display for Operation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.to_uppercase(), self.path)
    }
}

impl<'d> Operation<'d> {
    pub(crate) fn tag(&self) -> &'d str {
        self.value["tags"][0].as_str().unwrap()
    }

    /// Whether nobody may call it without saying who they are.
    pub(crate) fn needs_a_key(&self) -> bool {
        self.value["security"].as_array().is_some_and(|schemes| !schemes.is_empty())
            && self.method != "options"
    }

    fn takes(&self, scheme: &str) -> bool {
        let schemes = self.value["security"].as_array().unwrap();
        schemes.iter().any(|known| known.get(scheme).is_some())
    }
}

/// Name and example of each parameter in the path, the query or a header.
pub(crate) fn parameters_of<'d>(
    operation: &Operation<'d>,
    place: &'static str,
) -> impl Iterator<Item = (&'d str, String)> {
    let parameters = operation.value["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    parameters.iter().filter(move |parameter| parameter["in"] == place).map(|parameter| {
        let example = match &parameter["example"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        (parameter["name"].as_str().unwrap(), example)
    })
}

impl Description {
    pub(crate) fn read() -> Description {
        Description(serde_json::from_str(&placet::http::openapi()).expect("the description is JSON"))
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        paths.flat_map(|(path, item)| {
            let methods =
                item.as_object().unwrap().iter().filter(|(name, _)| METHODS.contains(&name.as_str()));
            methods.map(move |(method, value)| Operation { path, method, value })
        })
    }

    /// Visits the schema and the example of every body, of requests and of answers.
    pub(crate) fn each_content(&self, mut visit: impl FnMut(&str, &Value)) {
        for operation in self.operations() {
            for content in contents(&operation.value["requestBody"]) {
                visit(&format!("the body of {operation}"), content);
            }
            for (status, answer) in operation.value["responses"].as_object().unwrap() {
                for content in contents(self.resolve(answer)) {
                    visit(&format!("{status} of {operation}"), content);
                }
            }
        }
    }

    fn resolve<'d>(&'d self, value: &'d Value) -> &'d Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                self.0.pointer(reference.trim_start_matches('#')).expect("the reference leads somewhere")
            }
            None => value,
        }
    }

    /// The value is what the schema says, and holds no member that the schema does not know.
    #[track_caller]
    pub(crate) fn check(&self, schema: &Value, value: &Value, place: &str) {
        let mut whole = schema.clone();
        whole["components"] = json!({ "schemas": self.0["components"]["schemas"] });
        close(&mut whole);
        let validator = jsonschema::options().should_validate_formats(true).build(&whole).expect("a schema");
        let faults: Vec<String> =
            validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{place} is not as described: {faults:#?}\n{value:#}");
    }

    /// Status, content type and body of an answer are described.
    #[track_caller]
    pub(crate) fn check_answer(&self, operation: &Operation<'_>, answer: &Answer) {
        let described = &operation.value["responses"][answer.status.to_string()];
        assert!(described.is_object(), "{operation} does not describe {answer:?}");
        let Some(contents) = self.resolve(described).get("content").and_then(Value::as_object) else {
            assert_eq!(answer.body, "", "{operation}");
            return;
        };
        let kind = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
        let content = contents.get(kind).or_else(|| contents.get("*/*"));
        let content = content.unwrap_or_else(|| panic!("{operation} does not describe {kind}: {answer:?}"));
        let value = if kind.ends_with("json") { answer.json() } else { answer.body.clone().into() };
        self.check(&content["schema"], &value, &format!("the {} of {operation}", answer.status));
    }
}

fn contents(holder: &Value) -> impl Iterator<Item = &Value> {
    holder.get("content").and_then(Value::as_object).into_iter().flat_map(Map::values)
}

/// Answers may grow in later releases, but what this release answers is described to the last member.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("properties").is_some_and(Value::is_object) && members.contains_key("type") {
                members.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// A site in which everything that examples name exists.
pub(crate) struct World<'s> {
    site: &'s Site,
    cookie: String,
    consent: String,
    document: String,
    key: String,
}

impl<'s> World<'s> {
    pub(crate) fn open(site: &'s Site) -> World<'s> {
        site.member("ada@example.org");
        assert_eq!(widget::publish(site).id, 1, "examples name widget 1");
        let form = format!("email=ada%40example.org&password={}", PASSWORD.replace(' ', "+"));
        let answer = site.request("POST", "/sign-in").form(&form).send();
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        World {
            site,
            cookie,
            consent: EXAMPLE_ID.into(),
            document: EXAMPLE_DOCUMENT.into(),
            key: EXAMPLE_KEY.into(),
        }
    }

    /// Sends what the examples of an operation say, with whatever proves that we may.
    pub(crate) fn send_example(&self, operation: &Operation<'_>) -> Answer {
        let mut target = operation.path.to_owned();
        for (name, example) in parameters_of(operation, "path") {
            let real = example.replace(EXAMPLE_ID, &self.consent).replace(EXAMPLE_DOCUMENT, &self.document);
            let real = real.replace(EXAMPLE_KEY, &self.key);
            target = target.replace(&format!("{{{name}}}"), &real);
        }
        let request = if operation.takes("PublicKey") {
            let target = format!("{target}?key={}", self.site.own.public);
            self.site.request(&operation.method.to_uppercase(), &target)
        } else {
            self.site.request(&operation.method.to_uppercase(), &target)
        };
        with_example(self.identified(request, operation), operation).send()
    }

    fn identified(&self, request: Request, operation: &Operation<'_>) -> Request {
        if operation.takes("ApiKey") {
            request.key(&self.site.own.private)
        } else if operation.takes("Session") {
            request.header("Cookie", &self.cookie)
        } else {
            request
        }
    }

    /// Remembers the id of a consent, of a document or of a key.
    pub(crate) fn learn(&mut self, answer: &Answer) {
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        if let (Some(id), Some(_)) = (body["id"].as_str(), body.get("subject_id")) {
            self.consent = id.into();
        }
        if let (Some(id), Some(_)) = (body["id"].as_str(), body.get("mime_type")) {
            self.document = id.into();
        }
        if let (Some(id), Some(_)) = (body["id"].as_str(), body.get("works_until")) {
            self.key = id.into();
        }
    }
}

fn with_example(request: Request, operation: &Operation<'_>) -> Request {
    let bodies = &operation.value["requestBody"]["content"];
    if bodies.get("multipart/form-data").is_some() {
        return document::form(request, &[("name=\"file\"; filename=\"form.pdf\"", b"a scan")]);
    }
    if let Some(content) = bodies.get("application/jsonl") {
        return request.body(content["example"].as_str().unwrap());
    }
    match bodies.get("application/json") {
        Some(content) => request.json(&content["example"]),
        None => request,
    }
}
