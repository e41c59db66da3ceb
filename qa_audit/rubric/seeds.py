"""The rules that checks may rest on (依据): sixteen families of numbered ones, listed in rubrics/seeds.yaml."""

from functools import lru_cache

from qa_audit.shipped import rubrics_folder
from qa_audit.yaml_source import read_yaml


@lru_cache(maxsize=1)
def seeds() -> dict[str, str]:
    """Return the title of every rule's family by the rule's id, in order: `RT-01`: 响应快慢."""
    families = read_yaml(rubrics_folder() / "seeds.yaml").tree
    return {
        f"{family}-{number:02d}": about["title"]
        for family, about in families.items()
        for number in range(about["from"], about["to"] + 1)
    }
