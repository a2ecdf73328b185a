"""How the pages are built; see "Building these pages" in getting_started.md."""

import re

from docutils import nodes
from sphinx_gallery.sorting import ExplicitOrder
from threadpoolctl import threadpool_limits

import sklw2v

project = "sklw2v"
author = "The sklw2v developers"
copyright = author
version = release = sklw2v.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_templates", "examples"]
smartquotes = False  # quotation marks in the types of parameters stay as they are
default_role = "py:obj"  # `name` links to what is on these pages, and is code otherwise

# Markdown
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

# Signatures and docstrings
autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "none"
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False
numpydoc_validation_checks = set()

# Examples
sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "filename_pattern": "/plot_",
    "ignore_pattern": r"(?:^|[/\\])(?!plot_)[^/\\]*$",
    "doc_module": "sklw2v",
    "backreferences_dir": "gallery/backreferences",
    "within_subsection_order": ExplicitOrder(
        [
            "plot_grid_search.py",
            "plot_few_labels.py",
            "plot_column_transformer.py",
            "plot_skrub.py",
            "plot_words.py",
            "plot_items.py",
            "plot_graph.py",
            "plot_own_loss.py",
            "plot_corpus_file.py",
            "*",  # scripts that are no pages
        ]
    ),
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
    "capture_repr": (),  # what is worth seeing is printed
}
# The examples' matrices are small: on a busy machine threads of the BLAS wait for each other longer than they work.
threadpool_limits(1, user_api="blas")

# Pages
html_theme = "pydata_sphinx_theme"
html_title = "sklw2v"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/logo.svg"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_sidebars = {"*": [], "benchmarks/*": []}  # only the API and the examples have pages below them
html_theme_options = {
    "logo": {"text": "sklw2v", "image_light": "_static/logo.svg", "image_dark": "_static/logo.svg"},
    "header_links_before_dropdown": 5,
    "navbar_align": "left",
    "footer_start": ["copyright"],
    "footer_end": ["theme-version"],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "show_toc_level": 2,
}


def _link_to_built_pages(app, docname, source):
    """Links to an example's source, which serve where the Markdown is read as it is, go to its page here."""
    source[0] = re.sub(r"\]\(examples/(?:(plot_\w+)\.py)?\)", lambda m: f"](gallery/{m[1] or 'index'}.rst)", source[0])


def _mend_docstrings(app, what, name, obj, options, lines):
    """Show backslashes of a default, and drop links of inherited docstrings to scikit-learn's guide, not built here."""
    for number, line in enumerate(lines):
        if line.lstrip().startswith("**token_pattern**"):
            line = line.replace("\\", "\\\\")
        lines[number] = re.sub(r":ref:`([^`<]*?)\s*(?:<[^`>]*>)?`", r"\1", line)


def _without_common_methods(app, what, name, obj, skip, options):
    """Leave out what every estimator of scikit-learn has; the API's first page says so."""
    return skip or bool(re.fullmatch(r"set_\w+_request|get_metadata_routing|[gs]et_params|set_output", name))


def _without_last_blank_line(app, doctree):
    """Doctests in Markdown need a blank line before the fence, which is not to be shown."""
    for block in doctree.findall(nodes.literal_block):
        if block.rawsource == block.astext():
            block.rawsource = block.rawsource.rstrip("\n")
            block.children = []
            block += nodes.Text(block.rawsource)


def setup(app):
    app.connect("source-read", _link_to_built_pages)
    app.connect("autodoc-process-docstring", _mend_docstrings)
    app.connect("autodoc-skip-member", _without_common_methods)
    app.connect("doctree-read", _without_last_blank_line)
