//! Tests that the formats are checked as the validator checks them, with texts that are nearly valid.

use jsonschema::Validator;
use mixinspec_types::support::Format;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::json;

use crate::documents::validator;

#[test]
fn date_times_are_those_of_the_validator() {
    let date = r"[0-2][09][0-9][0-9]-(0[0-9]|1[0-3])-([0-2][0-9]|3[0-2])";
    let time = r"([01][0-9]|2[0-4]|23):([0-6][0-9]|59):([0-6][0-9]|59|60)(\.[0-9]{0,3})?";
    let offset = r"([Zz]|[+-]([01][0-9]|2[0-4]):([0-6][0-9]|00))?";
    let any = format!("{date}[Tt]{time}{offset}");
    // Days that only some months and years have, and the leap second that a day in UTC may end with.
    let last_days = format!("(1900|2000|2019|2020)-(02-(28|29|30)|0[46]-3[01]|1[02]-31)T{time}Z");
    let leap_second = r"2016-12-31T(23:59|22:59|01:29|00:00):60([Zz]|[+-](00:00|01:30|00:01|23:59))".to_owned();
    for (pattern, most) in [(any, 0.9), (last_days, 0.7), (leap_second, 0.95)] {
        compare(Format::DateTime, &pattern, most);
    }
}

#[test]
fn uuids_are_those_of_the_validator() {
    compare(Format::Uuid, "[0-9a-fA-F]{8}-[0-9a-fg]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9A-F]{12}", 0.5);
    compare(Format::Uuid, r"[{]?[0-9a-f]{8}-?([0-9a-f]{4}-){3}[0-9a-f]{11,13}[}]?", 0.99);
}

/// Checks that the format and the validator agree on all texts. At most the share `most` of them is invalid.
fn compare(format: Format, pattern: &str, most: f64) {
    const CASES: u32 = 5000;
    let validator: Validator = validator(&json!({"type": "string", "format": format.name()}));
    let wrong = std::cell::Cell::new(0);
    let law = |text: String| {
        let right = validator.is_valid(&json!(text));
        prop_assert_eq!(format.check(&text).is_ok(), right, "{}", text);
        wrong.set(wrong.get() + u32::from(!right));
        Ok(())
    };
    let config =
        Config { cases: CASES, failure_persistence: None, rng_seed: RngSeed::Fixed(3339), ..Config::default() };
    let texts = prop::string::string_regex(pattern).expect("proptest reads the pattern");
    TestRunner::new(config).run(&texts, law).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let part = f64::from(wrong.get()) / f64::from(CASES);
    assert!(part > 0.0 && part <= most, "{pattern}: {part} of the texts are wrong");
}
