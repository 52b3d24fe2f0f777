//! The labels of problems, which are shown under the offending text.

use super::Problem;

impl Problem {
    /// The label under the offending text.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::UnreadableFile { .. } => "named here",
            Self::YamlSyntax { .. } => "the reader stops here",
            Self::UnknownMember { .. } | Self::UnknownKeyword { .. } => "not known",
            Self::MissingMember { .. } => "in the map that this belongs to",
            Self::DuplicateKey { .. } => "again",
            Self::WrongValue { .. } => "does not fit",
            Self::DanglingPointer { .. } => "leads nowhere",
            Self::SeveralOwners { .. } => "claimed more than once",
            Self::NoOwner { .. } => "owned by nobody",
            Self::UnknownName { .. } => "not known",
            Self::DuplicateName { .. } => "again",
            Self::NameForm { .. } => "this name",
            Self::NotOne { .. } => "this one",
            Self::NoEdition { .. }
            | Self::MissingLevel { .. }
            | Self::NoSource { .. }
            | Self::NoSourceOfEdition { .. } => "here",
            Self::StrayEdition { .. } => "said here",
            Self::QuoteNotFound { .. } => "not to be found there",
            Self::ExpressionSyntax { .. } | Self::TypeError { .. } => "here",
            Self::NoCondition { .. } => "neither true nor false",
            Self::WrongArguments { .. } => "called here",
            Self::UnknownPath { .. } => "not there",
            Self::LaterStep { .. } | Self::NoRequest { .. } => "referred to here",
            Self::NothingSent { .. } => "sends nothing",
            Self::NoEffect { .. } => "without effect",
            Self::NoBase { .. } => "used here",
            Self::OneInterpretation { .. } => "one only",
            Self::NoOperation { .. } | Self::NotAboutIt { .. } => "named here",
            Self::UnusedOperation { .. } => "this one",
            Self::NoAnswerSchema { .. } => "leads to none",
            Self::OwnsNothing { .. } => "restricts nothing",
            Self::BothDirections { .. } => "in both directions",
            Self::UnreachedSchema { .. } => "not referred to",
        }
    }
}
