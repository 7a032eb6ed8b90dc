class _R:
    def doubts(self, text, product):
        return None


def second_reader():
    return _R()
