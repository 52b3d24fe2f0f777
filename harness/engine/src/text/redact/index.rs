//! The windows of secrets, so that a text is looked through once, however many secrets there are and however long.

use std::ops::Range;

/// So many characters of a secret tell of it.
pub(super) const WINDOW: usize = 8;

/// So many do where they could be a word of any text.
const WORDS: usize = 16;

/// A secret in one guise, in lower case.
#[derive(Debug)]
struct Guise {
    text: Vec<u8>,
    /// How much of it must stand together in a text, from each of its characters on.
    least: Vec<usize>,
}

/// Guises of secrets, by what each of their windows begins with.
#[derive(Debug, Default)]
pub(super) struct Index {
    guises: Vec<Guise>,
    /// The first characters of a window with its guise and its place there, in order.
    windows: Vec<([u8; WINDOW], u32, u32)>,
    /// A bit for each window: most places of most texts end here.
    filter: Vec<u64>,
}

/// How many bits the filter has: few enough for a processor's cache.
const BITS: usize = 1 << 17;

fn bit(window: [u8; WINDOW]) -> usize {
    let mixed = u64::from_le_bytes(window).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 47) as usize % BITS
}

fn window_at(text: &[u8], at: usize) -> Option<[u8; WINDOW]> {
    text.get(at..at + WINDOW)?.try_into().ok()
}

impl Index {
    /// Adds a guise. `least` says for each of its characters how many from there on tell of the secret; fewer than a
    /// window never do.
    pub(super) fn add(&mut self, text: Vec<u8>, least: Vec<usize>) {
        let guise = u32::try_from(self.guises.len()).unwrap_or(u32::MAX);
        for (at, least) in least.iter().enumerate().filter(|(at, least)| at + **least <= text.len()) {
            let Some(window) = window_at(&text, at).filter(|_| *least >= WINDOW) else { continue };
            self.windows.push((window, guise, u32::try_from(at).unwrap_or(u32::MAX)));
        }
        self.guises.push(Guise { text, least });
    }

    /// Puts it in order; nothing is found before.
    pub(super) fn finish(&mut self) {
        self.windows.sort_unstable();
        self.filter = if self.is_empty() { Vec::new() } else { vec![0; BITS / 64] };
        for (window, ..) in &self.windows {
            let bit = bit(*window);
            self.filter[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }

    /// Where a text, in lower case, tells of a secret.
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(Range<usize>)) {
        if self.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(window) = window_at(text, at) {
            let bit = bit(window);
            let reach =
                if self.filter[bit / 64] & (1 << (bit % 64)) == 0 { 0 } else { self.reach(window, &text[at..]) };
            if reach > 0 {
                found(at..at + reach);
            }
            // The next window that goes further than this.
            at += (reach + 1).saturating_sub(WINDOW).max(1);
        }
    }

    /// How far a text that begins with this window agrees with a secret, where that is far enough.
    fn reach(&self, window: [u8; WINDOW], text: &[u8]) -> usize {
        let start = self.windows.partition_point(|(have, ..)| *have < window);
        let same = self.windows[start..].iter().take_while(|(have, ..)| *have == window);
        let reaches = same.filter_map(|(_, guise, at)| {
            let (guise, at) = (&self.guises[*guise as usize], *at as usize);
            let reach = text.iter().zip(&guise.text[at..]).take_while(|(have, wanted)| have == wanted).count();
            (reach >= guise.least[at]).then_some(reach)
        });
        reaches.max().unwrap_or(0)
    }
}

/// From which length on each window of a secret, or of the letters and digits of one, tells of it: words stand in any
/// text, and what is public anyhow is no secret. The whole tells of it in any case.
pub(super) fn least(text: &[u8], public: &[Vec<u8>]) -> Vec<usize> {
    let lower = text.to_ascii_lowercase();
    let length = |at: usize| {
        let usual = if text[at..].get(..WINDOW).is_some_and(is_word) { WORDS } else { WINDOW };
        let usual = if at == 0 { usual.min(text.len()) } else { usual };
        let shared = public.iter().map(|public| longest_beginning(&lower[at..], public)).max().unwrap_or(0);
        usual.max(shared + usize::from(shared >= WINDOW))
    };
    (0..text.len()).map(length).collect()
}

/// How much of the beginning of a text stands somewhere in another, if that is a window at least.
fn longest_beginning(text: &[u8], other: &[u8]) -> usize {
    let mut length = 0;
    for at in 0..other.len() {
        length = length.max(text.iter().zip(&other[at..]).take_while(|(a, b)| a == b).count());
    }
    if length >= WINDOW { length } else { 0 }
}

/// Whether it could be a word, or a part of one: letters in one case, or after a capital, among four of which there is a
/// vowel.
fn is_word(text: &[u8]) -> bool {
    let is_cased = text[1..].iter().all(u8::is_ascii_lowercase) || text.iter().all(u8::is_ascii_uppercase);
    let is_spoken = |letters: &[u8]| letters.iter().any(|letter| b"aeiouy".contains(&letter.to_ascii_lowercase()));
    text[0].is_ascii_alphabetic() && is_cased && text.windows(4).all(is_spoken)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where something is found, from and to.
    fn found(secret: &str, text: &str, public: &[&str]) -> Vec<(usize, usize)> {
        let public: Vec<Vec<u8>> = public.iter().map(|text| text.as_bytes().to_vec()).collect();
        let mut index = Index::default();
        index.add(secret.to_ascii_lowercase().into_bytes(), least(secret.as_bytes(), &public));
        index.finish();
        let mut all = Vec::new();
        index.find(text.as_bytes(), |range| all.push((range.start, range.end)));
        all
    }

    #[test]
    fn every_window_is_found_and_nothing_shorter() {
        let secret = "Zm9vYmFyIGJheiBxdXg0Mg";
        for start in 0..secret.len() - WINDOW {
            for end in start + 1..=secret.len() {
                let text = format!("- {} -", secret[start..end].to_lowercase());
                let expected = if end - start >= WINDOW { vec![(2, 2 + end - start)] } else { vec![] };
                assert_eq!(found(secret, &text, &[]), expected, "{text}");
            }
        }
    }

    #[test]
    fn words_are_found_in_company_alone() {
        let (secret, none) = ("Authentication-7f3a91c2", Vec::new());
        assert_eq!(found(secret, "authentication failed", &[]), none);
        assert_eq!(found(secret, "authentication-7f", &[]), [(0, 17)]);
        assert_eq!(found(secret, "7f3a91c2", &[]), [(0, 8)]);
        assert_eq!(found("correct horse", "correct horse", &[]), [(0, 13)]);
    }

    #[test]
    fn what_is_public_is_no_secret() {
        let (user, secret, none) = ("8dcf823d9eb3", "tok8dcf823d9eb3x71a", Vec::new());
        assert_eq!(found(secret, user, &[user]), none);
        assert_eq!(found(secret, "8dcf823d9eb3x", &[user]), [(0, 13)]);
        assert_eq!(found(user, user, &[user]), none);
    }

    #[test]
    fn a_text_of_one_letter_takes_no_longer() {
        let secret = "7".repeat(2000);
        assert_eq!(found(&secret, &"7".repeat(5000), &[]).len(), 3);
    }
}
