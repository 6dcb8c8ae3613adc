"""The labelled questions of the knowledge base's bench."""

from knowledgebase.search.analysis import simplified
from web.bench.relevance import SETS, articles, labelled, languages_of, quality


def test_there_are_many_each_once_and_each_has_its_article():
    every = list(labelled(*SETS))
    assert len(every) >= 300 and {asked.family for asked in every} == {"en", "zh"}
    assert len({asked.words for asked in every}) > 0.99 * len(every)
    assert len({article["key"] for article in articles()}) == len(articles())


def test_half_of_the_chinese_questions_are_in_the_other_script_than_their_article():
    others = total = 0
    for article in articles():
        for language in languages_of(article):
            if language == "en":
                continue
            for words in (*article[language]["asked"], *article[language]["held_out"]):
                total += 1
                others += (simplified(words) != words) != (language == "zh-Hant")
    assert 0.35 < others / total < 0.65


def test_an_answer_in_the_first_place_is_worth_all_and_none_nothing():
    assert quality([0, 0]).ndcg10 == quality([0, 0]).recall5 == 1.0
    assert quality([None]).ndcg10 == quality([10]).ndcg10 == 0.0
    assert 0 < quality([4]).ndcg10 < quality([1]).ndcg10 < 1
    assert quality([4, 5]).recall5 == 0.5
    assert quality([]).ndcg10 == 0.0
