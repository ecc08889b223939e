//! The library of services, and adding to it.

use serde_json::json;

use super::manage::{create, read, send, settings};
use crate::app::on_both;
use crate::database::Database;
use crate::process::{json_of, run};

const CSV: &str = "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,User Privacy & GDPR Rights Portals,Wildcard match\n\
    1,Some Counter,Analytics,_sc,,Counts,2 years,Counter Ltd,https://counter.example,0\n\
    2,Some Counter,Analytics,_sc_,,Sessions,Session,Counter Ltd,,1\n\
    3,Odd,Unheard of,x,,,,,,0\n";

#[test]
fn the_library_is_searched_by_name_provider_host_and_purpose() {
    on_both(|site| {
        let all = read(site, "/services");
        assert!(all.as_array().unwrap().len() >= 200);
        let slugs = |query: &str| -> Vec<String> {
            let found = read(site, &format!("/services?{query}"));
            found
                .as_array()
                .unwrap()
                .iter()
                .map(|service| service["slug"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(slugs("search=matomo"), ["matomo"]);
        assert_eq!(slugs("search=bat.bing.com"), ["microsoft-advertising"]);
        assert!(slugs("search=google&purpose=2").contains(&"google-analytics".to_owned()));
        assert!(!slugs("search=google&purpose=2").contains(&"google-ads".to_owned()));
        assert_eq!(slugs("search=no%20such%20thing"), Vec::<String>::new());
        let clarity = read(site, "/services/microsoft-clarity");
        assert_eq!(
            (&clarity["vendorSignal"], &clarity["domains"]),
            (&json!("clarity"), &json!(["clarity.ms"]))
        );
        assert_eq!(site.get("/api/v1/services/no-such-service").status, 404);
        assert_eq!(site.get("/api/v1/services?purpose=9").status, 400);
    });
}

#[test]
fn every_service_of_the_library_can_be_added_to_a_widget_without_a_problem() {
    on_both(|site| {
        let mut file = settings();
        let mut services = read(site, "/services").as_array().unwrap().clone();
        for service in &mut services {
            service.as_object_mut().unwrap().remove("domains");
        }
        file["services"] = json!(services);
        let draft = send(site, "POST", "/widgets", file).json();
        assert_eq!(draft["problems"], json!([]));
    });
}

#[test]
fn an_operator_adds_services_from_a_file_of_the_open_cookie_database() {
    for database in Database::all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cookies.csv");
        std::fs::write(&path, CSV).unwrap();
        let output = run(&database, &["services", "import", path.to_str().unwrap(), "--json"]);
        assert_eq!(json_of(&output), json!({ "services": 1, "cookies": 2, "left_out": 1 }));
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "left out: line 4: Unheard of is not a category that we know\n"
        );
        let site = crate::app::Site::open(database);
        let counter = read(&site, "/services/some-counter");
        assert_eq!((&counter["purpose"], &counter["cookies"][1]["name"]), (&json!(2), &json!("_sc_*")));
        let id = create(&site, settings());
        let draft =
            send(&site, "POST", &format!("/widgets/{id}/services"), json!({ "slug": "some-counter" })).ok();
        assert_eq!(draft["settings"]["services"][2]["provider"], "Counter Ltd");
    }
}
