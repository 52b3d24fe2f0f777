//! The report for programs: [`Report`] as JSON, and its published JSON Schema.

use serde_json::Value;

use crate::report::Report;

/// The report as JSON text.
///
/// # Errors
/// When it cannot be serialized, which would be a mistake of ours.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(report)?;
    text.push('\n');
    Ok(text)
}

/// The JSON Schema of reports, as published in `docs/report.schema.json`.
#[must_use]
pub fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Report>();
    schema.insert("title".to_owned(), "A report of mixinspec".into());
    mixinspec_spec::without_rust_formats(&mut schema);
    schema.to_value()
}
