//! Variants in the content and the format of refusals.

use super::{BOTH, ONLY_2018, ONLY_2026};
use crate::variant::Variant;
use crate::variant::VariantSource::{Requirement, Rfc, Sentence};
use crate::variant::refusals::{Extra, RefusalForm};

pub(super) const VARIANTS: &[Variant] = &[
    Variant::new(
        "described-in-chinese",
        "the description of every error is in Chinese",
        BOTH,
        Requirement("error-members"),
        |v| v.answers.refusals.description = Some("请求无效，请检查后重试 🙏"),
    ),
    Variant::new(
        "described-by-nothing",
        "the description of every error is empty",
        BOTH,
        Requirement("error-members"),
        |v| v.answers.refusals.description = Some(""),
    ),
    Variant::new("extra-or-null", "extra is null where no member is wrong", BOTH, Requirement("error-extra"), |v| {
        v.answers.refusals.extra = Extra::FieldOrNull
    }),
    Variant::new(
        "extra-by-member",
        "extra holds the reasons by the path of the member, with dots",
        BOTH,
        Requirement("error-names-member"),
        |v| v.answers.refusals.extra = Extra::ByField,
    ),
    Variant::new(
        "contact-id-forbidden",
        "a CONTACT with another id than that of its users is refused with 403",
        BOTH,
        Requirement("contact-id-derived"),
        |v| v.answers.refusals.contact_id_forbidden = true,
    ),
    Variant::new(
        "full-group-invalid",
        "a GROUP that is too large is refused with 10002",
        ONLY_2026,
        Requirement("participants-limit"),
        |v| v.answers.refusals.full_group_invalid = true,
    ),
    Variant::new(
        "body-invalid",
        "a body that is no JSON object is refused with 10002",
        BOTH,
        Requirement("body-object"),
        |v| v.answers.refusals.body_invalid = true,
    )
    // A number that the parser rejects makes the whole body invalid JSON.
    .without(&["error-names-member"]),
    Variant::new(
        "unauthorized-by-a-gateway",
        "who is not signed in hears so from a gateway, with 401, in HTML, and with several challenges",
        BOTH,
        Rfc(9110, "11.6.1"),
        |v| v.answers.refusals.gateway_401 = true,
    ),
    Variant::new(
        "not-found-by-a-gateway",
        "what is not there is answered by a gateway, with 404 and in HTML",
        BOTH,
        Sentence("practice", "A method or path that a server does not offer is answered with an error."),
        |v| v.answers.refusals.gateway_404 = true,
    ),
    Variant::new(
        "code-with-a-fraction",
        "the code of an error is written with a fraction of zero, 10002.0",
        BOTH,
        Rfc(8259, "6"),
        |v| v.answers.refusals.code_with_fraction = true,
    ),
    Variant::new(
        "unknown-method-501",
        "a method that is not offered is answered with 501",
        BOTH,
        Rfc(9110, "15.6.2"),
        |v| v.answers.refusals.method_501 = true,
    ),
    Variant::new(
        "refused-4xx",
        "a refusal has the status of HTTP that says it best, in the error too",
        ONLY_2018,
        Rfc(9110, "15.5"),
        |v| v.answers.refusals.form = RefusalForm::Http,
    )
    .without(FORM),
    Variant::new(
        "refused-422",
        "a request that is not valid is refused with 422",
        ONLY_2018,
        Rfc(9110, "15.5.21"),
        |v| v.answers.refusals.form = RefusalForm::Status(422),
    )
    .without(FORM),
    Variant::new(
        "refused-403",
        "a request that is not valid is refused with 403",
        ONLY_2018,
        Rfc(9110, "15.5.4"),
        |v| v.answers.refusals.form = RefusalForm::Status(403),
    )
    .without(FORM),
    Variant::new(
        "refused-without-a-word",
        "a refusal has no body",
        ONLY_2018,
        Sentence("practice", "A refusal carries no data."),
        |v| v.answers.refusals.form = RefusalForm::Empty,
    )
    .without(NO_ENVELOPE),
    Variant::new(
        "refused-in-html",
        "a refusal is a page in HTML",
        ONLY_2018,
        Sentence("practice", "A refusal carries no data."),
        |v| v.answers.refusals.form = RefusalForm::Html,
    )
    .without(NO_ENVELOPE),
];

/// The recommendations that a refusal with a real HTTP status does not follow.
const FORM: &[&str] = &["refusal-status", "error-status"];

/// The requirements that a refusal without an envelope does not follow or does not show.
const NO_ENVELOPE: &[&str] = &[
    "refusal-envelope",
    "refusal-status",
    "error-status",
    "error-members",
    "error-code-documented",
    "error-code-fits",
];
