//! Lists that are made smaller by leaving out halves, then quarters, and so on down to single elements; then by making
//! their elements smaller.

use proptest::strategy::ValueTree;

/// A list of trees, of which some are left out.
pub(crate) struct Chunks<T> {
    trees: Vec<T>,
    present: Vec<bool>,
    /// How many elements stay at the least.
    least: usize,
    /// How many elements are left out at a time.
    size: usize,
    /// The index, among the elements that are there, at which the next are left out.
    at: usize,
    last: Last,
}

/// What the last step did.
enum Last {
    Nothing,
    Removed(Vec<usize>),
    Smaller(usize),
}

impl<T: ValueTree> Chunks<T> {
    pub(crate) fn new(trees: Vec<T>, least: usize) -> Self {
        let count = trees.len();
        Self { present: vec![true; count], size: count.div_ceil(2).max(1), at: 0, least, trees, last: Last::Nothing }
    }

    /// The elements that are there.
    pub(crate) fn elements(&self) -> impl Iterator<Item = T::Value> {
        self.trees.iter().zip(&self.present).filter(|(_, present)| **present).map(|(tree, _)| tree.current())
    }

    fn next(&mut self) -> bool {
        while self.size > 0 {
            let there: Vec<usize> = (0..self.trees.len()).filter(|at| self.present[*at]).collect();
            let end = (self.at + self.size).min(there.len());
            let removed: Vec<usize> = there.get(self.at..end).unwrap_or_default().to_vec();
            if !removed.is_empty() && there.len() - removed.len() >= self.least {
                removed.iter().for_each(|at| self.present[*at] = false);
                self.last = Last::Removed(removed);
                return true;
            }
            self.at = 0;
            self.size /= 2;
        }
        // Nothing can be left out any more.
        while self.at < self.trees.len() {
            if self.present[self.at] && self.trees[self.at].simplify() {
                self.last = Last::Smaller(self.at);
                return true;
            }
            self.at += 1;
        }
        self.last = Last::Nothing;
        false
    }

    /// Keeps the last step, and takes the next one; false if there is none.
    pub(crate) fn simplify(&mut self) -> bool {
        self.next()
    }

    /// Takes the last step back, and takes another. If there is no other, the list as it was is to be tried once more,
    /// so that a tree around this one goes on with its other parts. False if there is nothing to take back.
    pub(crate) fn complicate(&mut self) -> bool {
        match std::mem::replace(&mut self.last, Last::Nothing) {
            Last::Nothing => return false,
            Last::Removed(removed) => {
                removed.iter().for_each(|at| self.present[*at] = true);
                self.at += self.size;
            }
            Last::Smaller(at) => {
                if self.trees[at].complicate() {
                    self.last = Last::Smaller(at);
                    return true;
                }
                self.at += 1;
            }
        }
        self.next();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain(u32);

    impl ValueTree for Plain {
        type Value = u32;
        fn current(&self) -> u32 {
            self.0
        }
        fn simplify(&mut self) -> bool {
            false
        }
        fn complicate(&mut self) -> bool {
            false
        }
    }

    /// The smallest list that still fails, and how many were tried.
    fn smallest(count: u32, fails: impl Fn(&[u32]) -> bool) -> (Vec<u32>, usize) {
        let mut chunks = Chunks::new((0..count).map(Plain).collect(), 0);
        let (mut best, mut tried) = ((0..count).collect::<Vec<_>>(), 0);
        let mut smaller = chunks.simplify();
        while smaller {
            let list: Vec<u32> = chunks.elements().collect();
            tried += 1;
            if fails(&list) {
                best = list;
                smaller = chunks.simplify();
            } else {
                smaller = chunks.complicate();
            }
        }
        (best, tried)
    }

    #[test]
    fn what_makes_a_list_fail_is_left_alone() {
        let (best, tried) = smallest(512, |list| list.contains(&137));
        assert_eq!(best, [137]);
        assert!(tried < 40, "{tried}");
        let (best, tried) = smallest(512, |list| list.contains(&3) && list.contains(&400));
        assert_eq!(best, [3, 400]);
        assert!(tried < 80, "{tried}");
        assert_eq!(smallest(9, |_| true).0, [0; 0]);
    }
}
