module.exports = { pages: ['pages/a/index', 'pages/b/index'], window: {} };
