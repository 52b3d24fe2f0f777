//! Tests that the spec covers every row of the behaviour tables.

use std::collections::BTreeSet;

use crate::conformance::spec;

#[test]
fn every_row_has_a_requirement_or_a_reading() {
    let spec = spec();
    let requirements = spec.document.requirements.iter().map(|requirement| requirement.row.as_str());
    let readings = spec.document.readings.iter().map(|reading| reading.row.as_str());
    let found: BTreeSet<String> = requirements.chain(readings).map(str::to_owned).collect();
    let tables =
        [("D", 7), ("Q", 9), ("A", 16), ("S", 9), ("P", 1), ("R", 14), ("E", 5), ("U", 6), ("X", 21), ("C", 8)];
    let rows = tables.into_iter().flat_map(|(table, rows)| (1..=rows).map(move |row| format!("{table}{row}")));
    assert_eq!(found, rows.collect());
}

#[test]
fn the_names_of_the_id_properties_of_a_server_stand() {
    let spec = spec();
    for id in ["contact-id-symmetric", "contact-id-version", "contact-id-variant"] {
        assert!(spec.requirement(id).is_some(), "{id}");
    }
}
