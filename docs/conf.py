"""The site: `make docs` reads this folder, the benchmarks' pages and those of the root, and writes build/site.

Nothing of it loads from the network. What is generated from the code comes of the extensions in _ext.
"""

from __future__ import annotations

import sys
from pathlib import Path

from secondcoder import __version__

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "secondcoder"
copyright = "the secondcoder contributors. MIT licence"
release = version = __version__

# The source is the repository's root, so that links hold there and here.
root_doc = "docs/index"
include_patterns = [
    *("docs/**.md", "notebooks/*.md", "benchmarks/*.md", "corpora/README.md", "models/README.md"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
]
exclude_patterns = [
    *(
        ".venv",
        ".git",
        "**/.cache",
        "**/__pycache__",
        "build",
        "dist",
        "node_modules",
        "tests",
        "pipeline",
        "demo-study",
    ),
]
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "mathml",
    "generated",
    "type_links",
    "accessible",
]

myst_enable_extensions = ["attrs_block", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4
myst_update_mathjax = False
myst_url_schemes = ("https", "http", "mailto")
nitpicky = True
smartquotes = False  # two hyphens before an option are two hyphens
# Pages that are written but not yet here are left out of the contents.


autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_class_signature = "mixed"
default_role = "code"  # docstrings have `names` as Markdown does
python_use_unqualified_type_names = True

html_theme = "furo"
toc_object_entries = False
html_math_renderer = "mathml"
html_title = "secondcoder"
html_copy_source = False
html_show_sphinx = False
html_domain_indices = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("scrollable.js", {"defer": ""})]
html_theme_options = {"navigation_with_keys": False}
