//! An index of the windows of all secrets: a text is searched once, however many secrets there are and however long.

use std::ops::Range;

/// The number of consecutive characters of a secret that give it away.
pub(super) const WINDOW: usize = 8;

/// The same number for characters that could be a word of any text.
const WORDS: usize = 16;

/// A secret in one guise (as it is, backwards, encoded), in lower case.
#[derive(Debug)]
struct Guise {
    text: Vec<u8>,
    /// For each of its characters, how many from there on must match to give the secret away.
    least: Vec<usize>,
}

/// The guises of secrets, indexed by their windows.
#[derive(Debug, Default)]
pub(super) struct Index {
    guises: Vec<Guise>,
    /// The characters of each window, with its guise and its position there, sorted.
    windows: Vec<([u8; WINDOW], u32, u32)>,
    /// One bit for each window's hash: it rules out most positions of most texts.
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
    /// Adds a guise. `least` says for each of its characters how many from there on give the secret away; values below
    /// a window are skipped.
    pub(super) fn add(&mut self, text: Vec<u8>, least: Vec<usize>) {
        let guise = u32::try_from(self.guises.len()).unwrap_or(u32::MAX);
        for (at, least) in least.iter().enumerate().filter(|(at, least)| at + **least <= text.len()) {
            let Some(window) = window_at(&text, at).filter(|_| *least >= WINDOW) else { continue };
            self.windows.push((window, guise, u32::try_from(at).unwrap_or(u32::MAX)));
        }
        self.guises.push(Guise { text, least });
    }

    /// Sorts the index; nothing is found before.
    pub(super) fn finish(&mut self) {
        self.windows.sort_unstable();
        self.filter = if self.is_empty() { Vec::new() } else { vec![0; BITS / 64] };
        for (window, ..) in &self.windows {
            let bit = bit(*window);
            self.filter[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Whether the index is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }

    /// Finds the ranges of a text, in lower case, that give a secret away.
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
            // Go on with the next window that reaches beyond this match.
            at += (reach + 1).saturating_sub(WINDOW).max(1);
        }
    }

    /// How many characters of a text that begins with this window match a secret; 0 if too few.
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

/// For each character of a secret, or of its letters and digits, how many from there on give it away. Words need more,
/// since they appear in any text; what is public is no secret. The whole secret always gives itself away.
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

/// The length of the longest beginning of a text that occurs in another text; 0 if it is shorter than a window.
fn longest_beginning(text: &[u8], other: &[u8]) -> usize {
    let mut length = 0;
    for at in 0..other.len() {
        length = length.max(text.iter().zip(&other[at..]).take_while(|(a, b)| a == b).count());
    }
    if length >= WINDOW { length } else { 0 }
}

/// Whether a text could be a word or a part of one: letters in one case, or after a capital, with a vowel among any
/// four.
fn is_word(text: &[u8]) -> bool {
    let is_cased = text[1..].iter().all(u8::is_ascii_lowercase) || text.iter().all(u8::is_ascii_uppercase);
    let is_spoken = |letters: &[u8]| letters.iter().any(|letter| b"aeiouy".contains(&letter.to_ascii_lowercase()));
    text[0].is_ascii_alphabetic() && is_cased && text.windows(4).all(is_spoken)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ranges in which something is found.
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
