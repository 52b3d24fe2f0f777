//! What a derivation costs beside bare MD5 over the same bytes, in one run: two user ids are 72 bytes.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use md5::{Digest, Md5};
use mixinspec_types::{group_conversation_id, unique_conversation_id};
use uuid::Uuid;

const A: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";
const B: &str = "e8e5b807-fa8b-455a-8dfa-b189d28310ff";
const BYTES: usize = A.len() + B.len();

fn main() {
    divan::main();
}

#[divan::bench]
fn bare_md5(bencher: Bencher<'_, '_>) {
    let both = format!("{A}{B}");
    bencher.counter(BytesCount::new(BYTES)).bench_local(|| Md5::digest(black_box(&both)));
}

#[divan::bench]
fn unique_smaller_first(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::new(BYTES)).bench_local(|| unique_conversation_id(black_box(A), black_box(B)));
}

#[divan::bench]
fn unique_larger_first(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::new(BYTES)).bench_local(|| unique_conversation_id(black_box(B), black_box(A)));
}

#[divan::bench(args = [1, 16, 255])]
fn group(bencher: Bencher<'_, '_>, participants: u128) {
    // Spread over all ids, for they are sorted.
    let id = |n: u128| Uuid::from_u128(n.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)).to_string();
    let members: Vec<String> = (1..=participants).map(id).collect();
    bencher
        .counter(ItemsCount::new(members.len()))
        .bench_local(|| group_conversation_id(black_box(A), "Mixin Rocks", black_box(&members), B));
}
