//! What the API description says of short lists.

use crate::domain::json::Json;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{Schema, int, list, text};

/// `sort` and `search`.
pub(in crate::http) fn narrowed(
    operation: Operation,
    (sort, searched): (&'static str, &'static str),
) -> Operation {
    operation.query("sort", text("-created_at"), sort).query("search", text("e"), searched)
}

/// A list with `sort`, `search`, `limit` and a cursor; `after` is the example of the latter.
pub(in crate::http) fn listed(
    operation: Operation,
    (sort, searched): (&'static str, &'static str),
    after: &'static str,
    item: Schema,
) -> Operation {
    narrowed(operation, (sort, searched))
        .query("limit", int(50).within(1, 500).with("default", Json::int(50)), "How many at most.")
        .query("starting_after", text(after), "What the page before names in its header `Link`.")
        .gives("A page of the list.", list(item))
        .with_header(
            "Link",
            text("<...?starting_after=...>; rel=\"next\""),
            "The next page, if there is one.",
        )
        .refuses(&[400])
}
