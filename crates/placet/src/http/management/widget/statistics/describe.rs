//! What the API description says of a widget's numbers.

use crate::domain::json::Json;
use crate::http::management::widget::describe::of_widget;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{Schema, any, int, list, object, text};

/// `GET /api/v1/widgets/{id}/statistics`
pub(in crate::http) fn get() -> Operation {
    let day = || text("2026-03-01").with("format", Json::text("date"));
    let by = ["device", "language", "origin", "version", "purpose", "service"];
    let by = by
        .into_iter()
        .fold(object([]), |by, name| by.and((name, list(counts([("value", text("desktop"))])))));
    of_widget("Read the numbers of a widget")
        .says("Daily numbers in UTC, without anything of a person. `accepted`: everything; `refused`: everything; `partly`: some of it. At most 400 days.")
        .query("from", day(), "The first day; without it, 30 days.")
        .query("to", text("2026-03-01").with("format", Json::text("date")), "The last day; without it, today.")
        .gives(
            "The numbers.",
            object([
                ("from", day()),
                ("to", day()),
                ("total", counts([])),
                ("previous", counts([]).says("The same number of days before.")),
                ("days", list(counts([("day", day())])).says("Days on which something happened.")),
                ("by", by),
            ])
            .named("WidgetStatistics"),
        )
        .refuses(&[400, 404])
}

fn counts<const N: usize>(head: [(&'static str, Schema); N]) -> Schema {
    let rate = || {
        any(Json::Number("0.5".into()))
            .with("type", Json::Array(vec![Json::text("number"), Json::text("null")]))
    };
    [
        ("shown", int(100).says("The window was shown.")),
        ("unanswered", int(20).says("The page was left without an answer.")),
        ("choices", int(60)),
        ("accepted", int(30)),
        ("refused", int(20)),
        ("partly", int(10)),
        ("accepted_rate", rate().says("Share of `choices`.")),
        ("refused_rate", rate()),
        ("partly_rate", rate()),
    ]
    .into_iter()
    .fold(object(head), Schema::and)
}
