//! Checks `api`, the rules for reading answers: `code` needs the `error` that contains it, and a meaning with codes
//! needs `code`.

use super::LintReport;
use crate::problems::Problem;

pub(super) fn check(report: &mut LintReport<'_>) {
    let api = &report.spec.document.api;
    if let (Some(_), None) = (&api.code, &api.error) {
        report.key(
            "/api/code",
            Problem::NoEffect { member: "code", todo: "say where the error is, whose code it is: `error`" },
        );
    }
    let meanings = [
        ("throttled", &api.throttled),
        ("server_error", &api.server_error),
        ("unauthorized", &api.unauthorized),
        ("forbidden", &api.forbidden),
    ];
    for (name, told) in meanings {
        let at = format!("/api/{name}/code");
        if !told.code.is_empty() && api.code.is_none() {
            report.key(
                &at,
                Problem::NoEffect { member: "code", todo: "say where an answer has its code: `code` of `api`" },
            );
        }
    }
}
