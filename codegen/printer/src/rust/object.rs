//! Prints an object as a struct with a field for each member.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Module, PrintedType, common, docs};
use crate::document::ValueMaker;
use crate::error::{Unprintable, refuse};
use crate::names;
use crate::schema::{Object, ObjectMember};

/// The field for members that the spec does not document.
const OTHER: &str = "other";

/// Clippy's limit for the parameters of a function; with more required members no `new` is printed.
const MOST_PARAMETERS: usize = 7;

pub(super) fn print<'a>(
    module: &mut Module<'a>,
    item: PrintedType<'_>,
    object: &'a Object,
) -> Result<TokenStream, Unprintable> {
    let fields = fields(module, item, object)?;
    let PrintedType { name, direction, .. } = item;
    let doc = docs::outer(item.doc);
    let declared = fields.iter().map(Field::declared);
    let read = fields.iter().map(Field::read);
    // An answer keeps members that it should not have; `Checked` reports them.
    let keeps_others = object.open || direction == ValueMaker::Answer;
    let (other, read_other) = if keeps_others {
        let other = quote! {
            /// Members that the spec does not document.
            #[serde(flatten)]
            pub other: serde_json::Map<String, serde_json::Value>,
        };
        (other, quote! { other: members.rest(), })
    } else {
        (quote! {}, quote! {})
    };
    let closed = match (object.open, direction) {
        (true, _) => quote! {},
        (false, _) => quote! { #[cfg_attr(feature = "schemars", schemars(extend("additionalProperties" = false)))] },
    };
    let read = if keeps_others {
        quote! { Ok(Self { #(#read,)* #read_other }) }
    } else {
        quote! {
            let read = Self { #(#read,)* };
            members.none_left()?;
            Ok(read)
        }
    };
    let reading = common::reading(
        item,
        &quote! {
            let mut members = support::Members::of(value)?;
            #read
        },
    );
    let rest = match direction {
        ValueMaker::Request => constructor(item, &fields, keeps_others),
        ValueMaker::Answer => checking(item, &fields, object.open),
    };
    Ok(quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #closed
        pub struct #name {
            #(#declared,)*
            #other
        }
        #reading
        #rest
    })
}

fn fields<'a>(
    module: &mut Module<'a>,
    item: PrintedType<'_>,
    object: &'a Object,
) -> Result<Vec<Field<'a>>, Unprintable> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    for member in &object.members {
        let field = Field::of(module, item, member)?;
        let same = fields.iter().any(|other| other.ident == field.ident);
        if same || member.name == OTHER {
            let reason = format!("another field of `{}` is called `{}`", item.name, field.ident);
            return refuse(&member.schema.pointer, reason);
        }
        fields.push(field);
    }
    Ok(fields)
}

fn checking(item: PrintedType<'_>, fields: &[Field<'_>], open: bool) -> TokenStream {
    let checked = fields.iter().map(|field| {
        let (ident, member) = (&field.ident, &field.member.name);
        quote! { support::check_member(#member, &self.#ident)?; }
    });
    let last = if open {
        quote! { Ok(()) }
    } else {
        quote! { support::check_no_others(&self.other) }
    };
    common::checking(item, &quote! { #(#checked)* #last })
}

/// A member and its field.
struct Field<'a> {
    member: &'a ObjectMember,
    ident: syn::Ident,
    doc: &'a str,
    rust: TokenStream,
    schema: TokenStream,
}

impl<'a> Field<'a> {
    fn of(module: &mut Module<'a>, item: PrintedType<'_>, member: &'a ObjectMember) -> Result<Self, Unprintable> {
        let ident = names::field(&member.schema.pointer, &member.name)?;
        let type_name = format!("{}{}", item.name, names::pascal(&member.name));
        let doc = module.doc(&member.schema)?;
        let super::RustType { rust, schema } = module.type_of(&member.schema, &type_name, item.direction)?;
        let rust = if member.required {
            rust
        } else {
            quote! { Option<#rust> }
        };
        Ok(Self { member, ident, doc, rust, schema })
    }

    fn declared(&self) -> TokenStream {
        let Self { ident, rust, schema, .. } = self;
        let doc = docs::outer(self.doc);
        let name = &self.member.name;
        let same_name = ident.to_string().trim_start_matches("r#") == name;
        let serde = match (same_name, self.member.required) {
            (true, true) => quote! {},
            (true, false) => quote! { #[serde(default, skip_serializing_if = "Option::is_none")] },
            (false, true) => quote! { #[serde(rename = #name)] },
            (false, false) => quote! { #[serde(rename = #name, default, skip_serializing_if = "Option::is_none")] },
        };
        let with = if rust.to_string() == schema.to_string() {
            quote! {}
        } else {
            let schema = schema.to_string().replace(' ', "");
            quote! { #[cfg_attr(feature = "schemars", schemars(with = #schema))] }
        };
        quote! { #doc #serde #with pub #ident: #rust }
    }

    fn read(&self) -> TokenStream {
        let (ident, name) = (&self.ident, &self.member.name);
        if self.member.required {
            quote! { #ident: members.required(#name)? }
        } else {
            quote! { #ident: members.optional(#name)? }
        }
    }
}

/// Prints the constructor of a request from its required members.
fn constructor(item: PrintedType<'_>, fields: &[Field<'_>], keeps_others: bool) -> TokenStream {
    let name = item.name;
    let required: Vec<&Field<'_>> = fields.iter().filter(|field| field.member.required).collect();
    let values = fields.iter().map(|Field { ident, member, .. }| {
        if member.required {
            quote! { #ident }
        } else {
            quote! { #ident: None }
        }
    });
    let other = if keeps_others {
        quote! { other: serde_json::Map::new(), }
    } else {
        quote! {}
    };
    if required.len() > MOST_PARAMETERS {
        return quote! {};
    }
    if required.is_empty() {
        return quote! {
            impl Default for #name {
                /// One without members.
                fn default() -> Self {
                    Self { #(#values,)* #other }
                }
            }
        };
    }
    let parameters = required.iter().map(|Field { ident, rust, .. }| quote! { #ident: #rust });
    quote! {
        impl #name {
            /// One with the members that are required, and no others.
            #[must_use]
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values,)* #other }
            }
        }
    }
}
