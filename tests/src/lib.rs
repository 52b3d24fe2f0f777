//! Tests over several packages. The tests themselves are in `tests/it/`; this library holds what they share with the
//! programs that they start.

// The same allocator as the program's, so that runs have its speed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod exhaustive;
pub mod kill_matrix;
pub mod pages;
pub mod sdk_faults;
