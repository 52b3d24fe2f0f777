//! The embedded documents as a whole.

use crate::Spec;
use crate::constraints::Direction;

fn embedded() -> Spec {
    Spec::embedded().unwrap_or_else(|errors| panic!("{errors}\n{:?}", errors.findings))
}

#[test]
fn every_must_says_what_to_change_where_it_is_broken() {
    let spec = embedded();
    let is_must = |of: &&crate::model::Requirement| {
        spec.editions().any(|edition| spec.level(of, edition) == Some(crate::model::Level::Must))
    };
    let silent = spec.document.requirements.iter().filter(is_must).filter(|requirement| requirement.help.is_none());
    assert_eq!(silent.map(|requirement| &requirement.id).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn the_embedded_spec_is_sound() {
    let spec = embedded();
    assert_eq!(spec.editions().collect::<Vec<_>>(), ["2018", "2026"]);
    assert_eq!(spec.hash.len(), 64);
}

#[test]
fn a_folder_with_the_same_documents_is_the_same_spec() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = Spec::load(folder).expect("the documents are sound");
    assert_eq!(loaded.hash, embedded().hash);
}

#[test]
fn the_hash_changes_with_any_document() {
    let spec = embedded();
    for changed in spec.files.keys() {
        let read = |path: &str| crate::embedded::read(path).map(|text| text + if path == changed { "\n" } else { "" });
        let other = Spec::read("spec", read).expect("a line at the end changes no meaning");
        assert_ne!(other.hash, spec.hash, "{changed}");
    }
}

#[test]
fn constraints_know_their_instances_and_their_owner() {
    let spec = embedded();
    let constraints = spec.constraints("2026");
    let site = |pointer: &str| {
        constraints.iter().find(|site| site.pointer == pointer).unwrap_or_else(|| panic!("no constraint {pointer}"))
    };
    let category = site("/components/schemas/ConversationCategory/enum");
    assert_eq!(category.direction, Direction::Request);
    assert_eq!(category.instances, ["/category"]);
    assert_eq!(category.owner.as_ref().map(crate::Owner::id), Some("category-enum"));

    let id = site("/components/schemas/Id/pattern");
    assert_eq!(id.direction, Direction::Response);
    assert!(id.instances.contains(&"/data/participants/*/user_id".to_owned()), "{:?}", id.instances);

    let required = site("/components/schemas/ParticipantRequest/required/user_id");
    assert_eq!((required.keyword, &required.value), ("required", &serde_json::json!("user_id")));
    assert_eq!(required.instances, ["/participants/*/user_id"]);
    assert!(constraints.iter().all(|site| site.keyword != "description"));
}

#[test]
fn the_editor_schema_knows_every_form() {
    let [(_, schema), ..] = crate::editor_schemas();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let requirement = &schema["$defs"]["Requirement"];
    assert_eq!(requirement["additionalProperties"], false);
    for form in ["constraint", "always", "accepts", "refuses", "scenario", "authenticates", "derives"] {
        assert!(requirement["properties"][form].is_object(), "{form}");
    }
}
