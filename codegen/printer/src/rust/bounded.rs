//! Texts, integers and arrays with bounds become newtypes that check them; without bounds, aliases.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{PrintedType, RustType, common, docs};
use crate::document::ValueMaker;
use crate::pattern::PrintedPart;
use crate::schema::{Array, IntegerSchema, SchemaFormat, Text};

pub(super) fn alias(item: PrintedType<'_>, target: &TokenStream) -> TokenStream {
    let name = item.name;
    let doc = docs::outer(item.doc);
    quote! {
        #doc
        pub type #name = #target;
    }
}

pub(super) fn text(item: PrintedType<'_>, text: &Text) -> TokenStream {
    let name = item.name;
    let rules = text_rules(text);
    let doc = docs::outer(item.doc);
    let made = made(item, &quote! { String }, &quote! { &text }, &quote! { text });
    let made_from_str = match item.direction {
        ValueMaker::Request => quote! {
            impl TryFrom<&str> for #name {
                type Error = support::Invalid;
                fn try_from(text: &str) -> Result<Self, support::Invalid> {
                    text.to_owned().try_into()
                }
            }
        },
        ValueMaker::Answer => quote! {
            impl From<&str> for #name {
                fn from(text: &str) -> Self {
                    Self(text.to_owned())
                }
            }
        },
    };
    let schema = common::schema(item, &quote! { _ }, &quote! { Self::RULES.schema() });
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct #name(String);
        impl #name {
            const RULES: support::TextRules = #rules;

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        #made
        #made_from_str
        impl AsRef<str> for #name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        #schema
    }
}

fn text_rules(text: &Text) -> TokenStream {
    rules(
        &quote! { TextRules },
        vec![
            text.min_length.map(size).map(|size| quote! { min_length: Some(#size) }),
            text.max_length.map(size).map(|size| quote! { max_length: Some(#size) }),
            text.pattern.as_ref().map(|pattern| {
                let (text, part) = (&pattern.text, part(&pattern.part));
                quote! { pattern: Some(support::Pattern { text: #text, part: #part }) }
            }),
            text.format.map(|format| match format {
                SchemaFormat::Uuid => quote! { format: Some(support::Format::Uuid) },
                SchemaFormat::DateTime => quote! { format: Some(support::Format::DateTime) },
            }),
        ],
        4,
    )
}

pub(super) fn integer(item: PrintedType<'_>, integer: &IntegerSchema) -> TokenStream {
    let name = item.name;
    let rules = rules(
        &quote! { IntegerRules },
        vec![
            integer.minimum.map(Literal::i64_unsuffixed).map(|bound| quote! { minimum: Some(#bound) }),
            integer.maximum.map(Literal::i64_unsuffixed).map(|bound| quote! { maximum: Some(#bound) }),
        ],
        2,
    );
    let doc = docs::outer(item.doc);
    let made = made(item, &quote! { i64 }, &quote! { value }, &quote! { value });
    let schema = common::schema(item, &quote! { _ }, &quote! { Self::RULES.schema() });
    quote! {
        #doc
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct #name(i64);
        impl #name {
            const RULES: support::IntegerRules = #rules;

            /// The number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }
        #made
        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        #schema
    }
}

pub(super) fn array(item: PrintedType<'_>, array: &Array, element: &RustType) -> TokenStream {
    let name = item.name;
    let rules = rules(
        &quote! { ArrayRules },
        vec![
            array.min_items.map(size).map(|size| quote! { min_items: Some(#size) }),
            array.max_items.map(size).map(|size| quote! { max_items: Some(#size) }),
            array.unique_items.then(|| quote! { unique_items: true }),
        ],
        3,
    );
    let doc = docs::outer(item.doc);
    let RustType { rust, schema: element_schema } = element;
    let made = made(item, &quote! { Vec<#rust> }, &quote! { &elements }, &quote! { elements });
    let schema =
        common::schema(item, &quote! { generator }, &quote! { Self::RULES.schema::<#element_schema>(generator) });
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[serde(transparent)]
        pub struct #name(Vec<#rust>);
        impl #name {
            const RULES: support::ArrayRules = #rules;
        }
        #made
        impl std::ops::Deref for #name {
            type Target = [#rust];
            fn deref(&self) -> &[#rust] {
                &self.0
            }
        }
        #schema
    }
}

/// The conversions from and to the content: checked for a request; unchecked for an answer, which can be checked later.
fn made(item: PrintedType<'_>, content: &TokenStream, borrowed: &TokenStream, variable: &TokenStream) -> TokenStream {
    let name = item.name;
    let from = match item.direction {
        ValueMaker::Request => {
            let reading = common::reading(item, &quote! { support::read::<#content>(value)?.try_into() });
            quote! {
                impl TryFrom<#content> for #name {
                    type Error = support::Invalid;
                    fn try_from(#variable: #content) -> Result<Self, support::Invalid> {
                        Self::RULES.check(#borrowed)?;
                        Ok(Self(#variable))
                    }
                }
                #reading
            }
        }
        ValueMaker::Answer => {
            let reading = common::reading(item, &quote! { Ok(Self(support::read(value)?)) });
            let checking = if variable.to_string() == "elements" {
                quote! { Self::RULES.check(&self.0)?; support::Checked::check(&self.0) }
            } else if variable.to_string() == "text" {
                quote! { Self::RULES.check(&self.0) }
            } else {
                quote! { Self::RULES.check(self.0) }
            };
            let checking = common::checking(item, &checking);
            quote! {
                impl From<#content> for #name {
                    fn from(#variable: #content) -> Self {
                        Self(#variable)
                    }
                }
                #reading
                #checking
            }
        }
    };
    quote! {
        #from
        impl From<#name> for #content {
            fn from(value: #name) -> Self {
                value.0
            }
        }
    }
}

/// The rules that are set; all others are those of `ANY`.
fn rules(kind: &TokenStream, set: Vec<Option<TokenStream>>, all: usize) -> TokenStream {
    let set: Vec<TokenStream> = set.into_iter().flatten().collect();
    match set.len() {
        0 => quote! { support::#kind::ANY },
        count if count == all => quote! { support::#kind { #(#set),* } },
        _ => quote! { support::#kind { #(#set,)* ..support::#kind::ANY } },
    }
}

/// A number literal without a type suffix.
fn size(size: usize) -> Literal {
    Literal::usize_unsuffixed(size)
}

fn part(pattern: &PrintedPart) -> TokenStream {
    let many = |parts: &[PrintedPart]| {
        let parts = parts.iter().map(part);
        quote! { &[#(#parts),*] }
    };
    let ranges = |ranges: &[(char, char)]| {
        let ranges = ranges.iter().map(|(first, last)| quote! { (#first, #last) });
        quote! { &[#(#ranges),*] }
    };
    match pattern {
        PrintedPart::Start => quote! { support::Part::Start },
        PrintedPart::End => quote! { support::Part::End },
        PrintedPart::OneOf(set) => {
            let set = ranges(set);
            quote! { support::Part::OneOf(#set) }
        }
        PrintedPart::NoneOf(set) => {
            let set = ranges(set);
            quote! { support::Part::NoneOf(#set) }
        }
        PrintedPart::Sequence(parts) => {
            let parts = many(parts);
            quote! { support::Part::Sequence(#parts) }
        }
        PrintedPart::Either(parts) => {
            let parts = many(parts);
            quote! { support::Part::Either(#parts) }
        }
        PrintedPart::Repeat(repeated, min, max) => {
            let (repeated, min) = (part(repeated), size(*min));
            let max = match max {
                Some(max) => {
                    let max = size(*max);
                    quote! { Some(#max) }
                }
                None => quote! { None },
            };
            quote! { support::Part::Repeat(&#repeated, #min, #max) }
        }
    }
}
