//! What refusals say, and in which form.

use super::{BOTH, ONLY_2018, ONLY_2026};
use crate::variant::Source::{Requirement, Rfc, Sentence};
use crate::variant::Variant;
use crate::variant::refusals::{Extra, Of2018};

pub(super) const VARIANTS: &[Variant] = &[
    Variant {
        name: "described-in-chinese",
        description: "the description of every error is in Chinese",
        editions: BOTH,
        source: Requirement("error-members"),
        change: |v| v.answers.refusals.description = Some("请求无效，请检查后重试 🙏"),
    },
    Variant {
        name: "described-by-nothing",
        description: "the description of every error is empty",
        editions: BOTH,
        source: Requirement("error-members"),
        change: |v| v.answers.refusals.description = Some(""),
    },
    Variant {
        name: "extra-or-null",
        description: "extra is null where no member is wrong",
        editions: BOTH,
        source: Requirement("error-extra"),
        change: |v| v.answers.refusals.extra = Extra::FieldOrNull,
    },
    Variant {
        name: "extra-by-member",
        description: "extra holds the reasons by the path of the member, with dots",
        editions: BOTH,
        source: Requirement("error-names-member"),
        change: |v| v.answers.refusals.extra = Extra::ByField,
    },
    Variant {
        name: "contact-id-forbidden",
        description: "a CONTACT with another id than that of its users is refused with 403",
        editions: BOTH,
        source: Requirement("contact-id-derived"),
        change: |v| v.answers.refusals.contact_id_forbidden = true,
    },
    Variant {
        name: "full-group-invalid",
        description: "a GROUP that is too large is refused with 10002",
        editions: ONLY_2026,
        source: Requirement("participants-limit"),
        change: |v| v.answers.refusals.full_group_invalid = true,
    },
    Variant {
        name: "body-invalid",
        description: "a body that is no JSON object is refused with 10002",
        editions: BOTH,
        source: Requirement("body-object"),
        change: |v| v.answers.refusals.body_invalid = true,
    },
    Variant {
        name: "unauthorized-by-a-gateway",
        description: "who is not signed in hears so from a gateway, with 401, in HTML, and with several challenges",
        editions: BOTH,
        source: Rfc(9110, "11.6.1"),
        change: |v| v.answers.refusals.gateway_401 = true,
    },
    Variant {
        name: "not-found-by-a-gateway",
        description: "what is not there is answered by a gateway, with 404 and in HTML",
        editions: BOTH,
        source: Sentence("practice", "A method or path that a server does not offer is answered with an error."),
        change: |v| v.answers.refusals.gateway_404 = true,
    },
    Variant {
        name: "refused-422",
        description: "a request that is not valid is refused with 422",
        editions: ONLY_2018,
        source: Rfc(9110, "15.5.21"),
        change: |v| v.answers.refusals.of_2018 = Of2018::Status(422),
    },
    Variant {
        name: "refused-403",
        description: "a request that is not valid is refused with 403",
        editions: ONLY_2018,
        source: Rfc(9110, "15.5.4"),
        change: |v| v.answers.refusals.of_2018 = Of2018::Status(403),
    },
    Variant {
        name: "refused-202",
        description: "a request that is not valid is refused with 202 and an error, as in 2026",
        editions: ONLY_2018,
        source: Sentence("docs", "Only 20x and 500 will be used by Mixin API"),
        change: |v| v.answers.refusals.of_2018 = Of2018::Status(202),
    },
    Variant {
        name: "refused-without-a-word",
        description: "a refusal has no body",
        editions: ONLY_2018,
        source: Sentence("practice", "A refusal carries no data."),
        change: |v| v.answers.refusals.of_2018 = Of2018::Empty,
    },
    Variant {
        name: "refused-in-html",
        description: "a refusal is a page in HTML",
        editions: ONLY_2018,
        source: Sentence("practice", "A refusal carries no data."),
        change: |v| v.answers.refusals.of_2018 = Of2018::Html,
    },
];
