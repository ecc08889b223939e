//! A member who is signed in, and what a browser sends for one.

use placet::actions;
use placet::domain::member::Role;
use serde_json::Value;

use crate::app::{PASSWORD, Site, Workspace};
use crate::client::{Answer, Request};
use crate::session::{cookie, sign_in};

#[derive(Clone)]
pub(crate) struct Person<'s> {
    pub(crate) site: &'s Site,
    pub(crate) id: i64,
    pub(crate) cookie: String,
}

impl<'s> Person<'s> {
    /// A new member of a workspace, signed in.
    pub(crate) fn of(site: &'s Site, workspace: &Workspace, email: &str, role: Role) -> Person<'s> {
        let created = actions::member::create(site.app(), workspace.id, email, role, PASSWORD);
        let id = site.block_on(created).unwrap();
        Person { site, id, cookie: cookie(&sign_in(site, email, PASSWORD).send()) }
    }

    /// A new owner, who gave the password just now.
    pub(crate) fn owner(site: &'s Site) -> Person<'s> {
        Person::of(site, &site.own, "ada@example.org", Role::Owner)
    }

    pub(crate) fn request(&self, method: &str, target: &str) -> Request {
        let request = self.site.request(method, target).header("Cookie", &self.cookie);
        request.header("Sec-Fetch-Site", "same-origin")
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.request("GET", target).send()
    }

    pub(crate) fn send(&self, method: &str, target: &str, body: Value) -> Answer {
        self.request(method, target).json(body).send()
    }

    pub(crate) fn delete(&self, target: &str) -> Answer {
        self.request("DELETE", target).send()
    }
}

/// A problem without fields.
pub(crate) fn problem(status: u16, title: &str, detail: &str) -> Value {
    serde_json::json!({ "type": "about:blank", "title": title, "status": status, "detail": detail })
}
