//! Prints a set of values (`enum`, or `const` as a set of one) as an enum with a variant for each.
//!
//! In an answer, and in a list that grows, there is also a variant for unlisted values, which a client must not reject.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Ident;

use super::{PrintedType, common, docs};
use crate::document::ValueMaker;
use crate::error::{Unprintable, refuse};
use crate::names;
use crate::schema::Values;

pub(super) fn texts(
    item: PrintedType<'_>,
    pointer: &str,
    allowed: &Values<String>,
) -> Result<TokenStream, Unprintable> {
    let mut variants = Vec::new();
    let mut seen = BTreeMap::new();
    for value in &allowed.listed {
        let variant = names::text_variant(pointer, value)?;
        if let Some(other) = seen.insert(variant.clone(), value) {
            return refuse(pointer, format!("{other:?} and {value:?} would both be the variant `{variant}`"));
        }
        variants.push(variant);
    }
    Ok(match item.direction {
        ValueMaker::Request if !allowed.grow => strict_texts(item, &variants, &allowed.listed),
        ValueMaker::Request | ValueMaker::Answer => lenient_texts(item, &variants, allowed),
    })
}

pub(super) fn integers(item: PrintedType<'_>, allowed: &Values<i64>) -> TokenStream {
    let type_name = item.name.to_string();
    let variants: Vec<Ident> = allowed.listed.iter().map(|value| names::integer_variant(&type_name, *value)).collect();
    match item.direction {
        ValueMaker::Request if !allowed.grow => strict_integers(item, &variants, &allowed.listed),
        ValueMaker::Request | ValueMaker::Answer => lenient_integers(item, &variants, allowed),
    }
}

fn strict_texts(item: PrintedType<'_>, variants: &[Ident], values: &[String]) -> TokenStream {
    let name = item.name;
    let declared = declared(item, &quote! { Copy, }, variants, values, &quote! {});
    let count = Literal::usize_unsuffixed(variants.len());
    let written = written(name);
    let reading = common::reading(item, &quote! { support::read::<String>(value)?.parse() });
    let schema =
        common::schema(item, &quote! { _ }, &quote! { support::text_values_schema(&Self::ALL.map(Self::as_str)) });
    quote! {
        #declared
        impl #name {
            /// All of them, in the order of the spec.
            pub const ALL: [Self; #count] = [#(Self::#variants),*];

            /// The value in JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { #(Self::#variants => #values),* }
            }
        }
        impl std::str::FromStr for #name {
            type Err = support::Invalid;
            fn from_str(text: &str) -> Result<Self, support::Invalid> {
                let found = Self::ALL.into_iter().find(|value| value.as_str() == text);
                found.ok_or_else(|| support::Invalid::not_one_of(&Self::ALL.map(Self::as_str), text))
            }
        }
        #written
        #reading
        #schema
    }
}

/// `Display` and `Serialize` of a text value.
fn written(name: &Ident) -> TokenStream {
    quote! {
        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    }
}

fn lenient_texts(item: PrintedType<'_>, variants: &[Ident], allowed: &Values<String>) -> TokenStream {
    let name = item.name;
    let values = &allowed.listed;
    let declared = declared(item, &quote! {}, variants, values, &quote! { String });
    let count = Literal::usize_unsuffixed(variants.len());
    let reading = common::reading(item, &quote! { Ok(support::read::<String>(value)?.into()) });
    let schema = quote! { support::text_values_schema(&Self::KNOWN) };
    let (checked, schema) = if allowed.grow {
        (quote! { Ok(()) }, quote! { support::growing(#schema) })
    } else {
        let checked = quote! {
            match self {
                Self::Unknown(text) => Err(support::Invalid::not_one_of(&Self::KNOWN, text.as_str())),
                _ => Ok(()),
            }
        };
        (checked, schema)
    };
    let checking = common::checking(item, &checked);
    let schema = common::schema(item, &quote! { _ }, &schema);
    let written = written(name);
    quote! {
        #declared
        impl #name {
            /// The values that the spec lists.
            pub const KNOWN: [&'static str; #count] = [#(#values),*];

            /// The value in JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #values,)*
                    Self::Unknown(text) => text,
                }
            }
        }
        impl From<String> for #name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    #(#values => Self::#variants,)*
                    _ => Self::Unknown(text),
                }
            }
        }
        impl From<&str> for #name {
            fn from(text: &str) -> Self {
                text.to_owned().into()
            }
        }
        #written
        #reading
        #checking
        #schema
    }
}

fn strict_integers(item: PrintedType<'_>, variants: &[Ident], values: &[i64]) -> TokenStream {
    let name = item.name;
    let texts: Vec<String> = values.iter().map(i64::to_string).collect();
    let values = values.iter().map(|value| Literal::i64_unsuffixed(*value)).collect::<Vec<_>>();
    let declared = declared(item, &quote! { Copy, }, variants, &texts, &quote! {});
    let count = Literal::usize_unsuffixed(variants.len());
    let reading = common::reading(item, &quote! { support::read::<i64>(value)?.try_into() });
    let schema =
        common::schema(item, &quote! { _ }, &quote! { support::integer_values_schema(&Self::ALL.map(Self::get)) });
    quote! {
        #declared
        impl #name {
            /// All of them, in the order of the spec.
            pub const ALL: [Self; #count] = [#(Self::#variants),*];

            /// The value in JSON.
            #[must_use]
            pub const fn get(self) -> i64 {
                match self { #(Self::#variants => #values),* }
            }
        }
        impl TryFrom<i64> for #name {
            type Error = support::Invalid;
            fn try_from(value: i64) -> Result<Self, support::Invalid> {
                let found = Self::ALL.into_iter().find(|known| known.get() == value);
                found.ok_or_else(|| support::Invalid::not_one_of(&Self::ALL.map(Self::get), value))
            }
        }
        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.get().fmt(f)
            }
        }
        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.get())
            }
        }
        #reading
        #schema
    }
}

fn lenient_integers(item: PrintedType<'_>, variants: &[Ident], allowed: &Values<i64>) -> TokenStream {
    let name = item.name;
    let values = &allowed.listed;
    let texts: Vec<String> = values.iter().map(i64::to_string).collect();
    let values = values.iter().map(|value| Literal::i64_unsuffixed(*value)).collect::<Vec<_>>();
    let declared = declared(item, &quote! { Copy, }, variants, &texts, &quote! { i64 });
    let count = Literal::usize_unsuffixed(variants.len());
    let reading = common::reading(item, &quote! { Ok(support::read::<i64>(value)?.into()) });
    let unlisted = quote! {
        match self {
            Self::Unknown(value) => Err(support::Invalid::not_one_of(&Self::KNOWN, *value)),
            _ => Ok(()),
        }
    };
    let (checked, schema) = if allowed.grow {
        (quote! { Ok(()) }, quote! { support::growing(support::integer_values_schema(&Self::KNOWN)) })
    } else {
        (unlisted, quote! { support::integer_values_schema(&Self::KNOWN) })
    };
    let checking = common::checking(item, &checked);
    let schema = common::schema(item, &quote! { _ }, &schema);
    quote! {
        #declared
        impl #name {
            /// The values that the spec lists.
            pub const KNOWN: [i64; #count] = [#(#values),*];

            /// The value in JSON.
            #[must_use]
            pub const fn get(self) -> i64 {
                match self {
                    #(Self::#variants => #values,)*
                    Self::Unknown(value) => value,
                }
            }
        }
        impl From<i64> for #name {
            fn from(value: i64) -> Self {
                match value {
                    #(#values => Self::#variants,)*
                    _ => Self::Unknown(value),
                }
            }
        }
        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.get().fmt(f)
            }
        }
        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.get())
            }
        }
        #reading
        #checking
        #schema
    }
}

/// Prints the enum itself, with a variant for other values if `unknown` gives it a type.
fn declared(
    item: PrintedType<'_>,
    copy: &TokenStream,
    variants: &[Ident],
    values: &[String],
    unknown: &TokenStream,
) -> TokenStream {
    let name = item.name;
    let doc = docs::outer(item.doc);
    let docs = values.iter().map(|value| {
        let doc = if value.is_empty() { " The empty text.".to_owned() } else { format!(" `{value}`.") };
        quote! { #[doc = #doc] }
    });
    let unknown = if unknown.is_empty() {
        quote! {}
    } else {
        quote! {
            /// A value that the spec does not list.
            Unknown(#unknown),
        }
    };
    quote! {
        #doc
        #[derive(Debug, Clone, #copy PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum #name {
            #(#docs #variants,)*
            #unknown
        }
    }
}
