//! What the API description says of widgets and their drafts.

use crate::domain::json::Json;
use crate::http::management::widget::describe::{changes, changing, draft, file, of_widget, problems};
use crate::http::openapi::schema::{Schema, any, flag, int, list, object, text, time, uuid, word};
use crate::http::openapi::{JSON, Operation};

/// `GET /api/v1/widgets`
pub(in crate::http) fn list_all() -> Operation {
    Operation::new("List widgets").gives("All widgets of the workspace.", list(widget()))
}

/// `GET /api/v1/widgets/{id}`
pub(in crate::http) fn one() -> Operation {
    of_widget("Read what is known of a widget").gives("The widget.", widget()).refuses(&[404])
}

/// `POST /api/v1/widgets`
pub(in crate::http) fn create() -> Operation {
    Operation::new("Create a widget")
        .says("A draft, which no visitor sees until it is published. By an owner or an editor, or with a private key.")
        .takes(JSON, file())
        .gives_content(201, "The draft.", JSON, draft())
        .refuses(&[409])
}

/// `POST /api/v1/widgets/import`
pub(in crate::http) fn import() -> Operation {
    Operation::new("Import a widget")
        .says("A draft from the settings of another product, or from an export. Defaults are those of imported settings: the close cross asks again the next day, and publishing asks nobody again.")
        .takes(JSON, file())
        .gives_content(201, "The draft.", JSON, draft())
        .refuses(&[409])
}

/// `GET /api/v1/widgets/{id}/draft`
pub(in crate::http) fn get() -> Operation {
    of_widget("Read a draft").gives("The draft.", draft()).refuses(&[404])
}

/// `PUT /api/v1/widgets/{id}/draft`
pub(in crate::http) fn put() -> Operation {
    changing(of_widget("Replace a draft")).takes(JSON, file())
}

/// `PATCH /api/v1/widgets/{id}/draft`
pub(in crate::http) fn patch() -> Operation {
    let example = Json::object([("bgColor", Json::text("#FFFFFF"))]);
    let change = object([]).others(any(Json::Null)).like(example);
    changing(of_widget("Change settings of a draft"))
        .says("A JSON merge patch (RFC 7396): objects are merged, lists are replaced, null takes away. A draft may have problems; they are in the answer.")
        .takes(JSON, change)
}

/// `GET /api/v1/widgets/{id}/check`
pub(in crate::http) fn check() -> Operation {
    of_widget("Check a draft")
        .gives(
            "What publishing would change, and what stands in the way: everything at once.",
            object([
                ("can_be_published", flag(true)),
                ("problems", problems()),
                ("warnings", problems()),
                ("changes", changes()),
                (
                    "new_services",
                    list(text("matomo")).says("Services that `ask: new` would ask visitors about."),
                ),
                ("ask", word(&["new", "nobody", "everyone"]).says("Who is asked again if nothing is said.")),
            ])
            .named("WidgetCheck"),
        )
        .refuses(&[404])
}

/// `GET /api/v1/widgets/{id}/preview`
pub(in crate::http) fn preview() -> Operation {
    of_widget("Preview a draft")
        .query("culture", text("it"), "A language tag.")
        .query("region", text("US-CA"), "A country, or a part of one.")
        .gives(
            "The settings as the widget would get them.",
            object([("id", int(1)), ("lang", text("it"))]).others(any(Json::Null)),
        )
        .refuses(&[400, 404])
}

/// `GET /api/v1/widgets/{id}/export`
pub(in crate::http) fn export() -> Operation {
    of_widget("Export a widget")
        .says("What was published last; of a widget that never was, its draft.")
        .gives("A file that can be imported.", file())
        .refuses(&[404])
}

fn widget() -> Schema {
    let published = object([
        ("number", int(2).or_null()),
        ("version", uuid("8b669ef8-3546-86fb-aa50-3ec93ef15e6a")),
        ("version_key", uuid("0197a0c2-6f3e-4d11-9a55-0c6e2f9b7a10").null_or()),
        ("enabled", flag(true)),
        ("at", time("2026-03-01T10:20:30.265Z")),
        ("by", text("member:1").or_null()),
        ("allowed_origins", list(text("https://shop.example"))),
    ]);
    object([
        ("id", int(1)),
        ("label", text("Shop").or_null()),
        (
            "allowed_origins",
            list(any(Json::text("https://shop.example"))).says("Those of the draft, as they are written."),
        ),
        ("revision", int(3)),
        ("changed_at", time("2026-03-01T10:20:30.265Z")),
        ("changed_by", text("member:1")),
        ("has_unpublished_changes", flag(false)),
        ("published", published.named("PublishedWidget").or_null()),
    ])
    .named("Widget")
}
